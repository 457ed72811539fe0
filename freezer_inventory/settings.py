"""Settings: they differ by environment only; what changes a regulated outcome is a signed row."""

from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from freezer_inventory import environment
from freezer_inventory.embedded.folder import NOT_RUNNING, recorded_addresses

BASE_DIR = Path(__file__).resolve().parent.parent

try:
    APP_VERSION = version("freezer-inventory")
except PackageNotFoundError:
    APP_VERSION = "0.1.0"
APP_COMMIT = environment.text("APP_COMMIT", "unknown")

DEBUG = environment.flag("DEBUG")
DEMO = environment.flag("DEMO", default=environment.uses_embedded_servers())
SECRET_KEY = environment.text("SECRET_KEY")
if not SECRET_KEY:
    if not (DEBUG or DEMO):
        raise ImproperlyConfigured("Set SECRET_KEY or SECRET_KEY_FILE to a long random text.")
    SECRET_KEY = "demo-only-" + "x" * 50
ALLOWED_HOSTS = environment.words("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]")
CSRF_TRUSTED_ORIGINS = environment.words("CSRF_TRUSTED_ORIGINS")

INSTALLED_APPS = [
    "web",
    "integration",
    "reports",
    "custody",
    "sop",
    "temperature",
    "inventory",
    "accounts",
    "audit",
    "freezer_inventory.apps.FreezerInventoryConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django_htmx",
    "template_partials.apps.SimpleAppConfig",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_static",
    "django_otp.plugins.otp_totp",
    "guardian",
    "simple_history",
    "audit.trigger_app.TriggersConfig",
    "django_linear_migrations",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "web.middleware.ContentSecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "web.half_signed.HalfSignedMiddleware",
    "web.session_lock.SessionLockMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "web.second_factor_gate.SecondFactorGateMiddleware",
    "web.password_gate.PasswordGateMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "web.signing_elsewhere.SigningElsewhereMiddleware",
    "web.middleware.SiteTimeZoneMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "web.middleware.DomainErrorMiddleware",
    "web.middleware.SharedAccountMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "freezer_inventory.urls"
WSGI_APPLICATION = "freezer_inventory.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "web.context_processors.chrome",
            ],
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    [
                        (
                            "django.template.loaders.cached.Loader",
                            [
                                "django.template.loaders.filesystem.Loader",
                                "django.template.loaders.app_directories.Loader",
                            ],
                        )
                    ],
                )
            ],
            "builtins": ["template_partials.templatetags.partials"],
        },
    }
]

EMBEDDED = recorded_addresses(environment.data_folder() / "demo") or NOT_RUNNING
DATABASES = {
    "default": environment.database(
        environment.text("DATABASE_URL") or EMBEDDED.database_url,
        environment.text("DATABASE_PASSWORD"),
    )
    | {
        "ATOMIC_REQUESTS": False,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "pool": {"min_size": 1, "max_size": 8, "timeout": 10},
            # Planning a page's statements took longer than answering them: a connection keeps the
            # plans of what it is asked again. A pooler between must keep prepared statements.
            "server_side_binding": True,
            "prepare_threshold": 1,
            "options": "-c lock_timeout=5s -c TimeZone=UTC -c statement_timeout="
            + environment.text("DATABASE_STATEMENT_TIMEOUT", "10s"),
        },
    }
}
REDIS_URL = environment.queue(
    environment.text("REDIS_URL") or EMBEDDED.redis_url, environment.text("REDIS_PASSWORD")
)
CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True  # a task lost with its worker is delivered again
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TIMEZONE = "UTC"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# The database role that web and workers use; `migrate` grants it no UPDATE, DELETE or TRUNCATE
# on the trail. Empty: the role that owns the tables is used and the triggers alone defend them.
DATABASE_APP_ROLE = environment.text("DATABASE_APP_ROLE")

# Both lie outside the database: who administers it can write neither. The demo makes its own.
SEAL_KEY = environment.text("SEAL_KEY")
SEAL_ANCHOR = environment.text("SEAL_ANCHOR")
if DEMO and not SEAL_ANCHOR:
    SEAL_ANCHOR = str(environment.data_folder() / "demo" / "seals" / "anchor.txt")
SEAL_WEBHOOK_URL = environment.text("SEAL_WEBHOOK_URL")
SEAL_WEBHOOK_SECRET = environment.text("SEAL_WEBHOOK_SECRET")
if SEAL_WEBHOOK_URL and not SEAL_WEBHOOK_SECRET:
    raise ImproperlyConfigured("Set SEAL_WEBHOOK_SECRET: each seal that is posted is signed by it.")

# Who is told of attempts at unauthorised use; what is told is in accounts.notifications.
NOTICE_CONTACTS = {
    "security": environment.words("SECURITY_CONTACT"),
    "management": environment.words("MANAGEMENT_CONTACT"),
    "quality": environment.words("QUALITY_CONTACT"),
}
NOTICE_WEBHOOK_URL = environment.text("NOTICE_WEBHOOK_URL")
NOTICE_WEBHOOK_SECRET = environment.text("NOTICE_WEBHOOK_SECRET")
if NOTICE_WEBHOOK_URL and not (DEMO or NOTICE_WEBHOOK_SECRET):
    raise ImproperlyConfigured("Set NOTICE_WEBHOOK_SECRET: a webhook is signed with it.")
EMAIL_HOST = environment.text("EMAIL_HOST")
EMAIL_PORT = int(environment.text("EMAIL_PORT", "25"))
EMAIL_HOST_USER = environment.text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = environment.text("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = environment.flag("EMAIL_USE_TLS")
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = environment.text("EMAIL_FROM") or "freezer-inventory@localhost"
if DEMO and not EMAIL_HOST:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = str(environment.data_folder() / "demo" / "mail")
    NOTICE_CONTACTS["security"] = NOTICE_CONTACTS["security"] or ["security@example.org"]
    NOTICE_CONTACTS["quality"] = NOTICE_CONTACTS["quality"] or ["quality@example.org"]
EMAIL_HOST = EMAIL_HOST or "localhost"

# Time sources asked by SNTP where no chrony runs: two, as host or host:port.
CLOCK_SOURCES = environment.words("CLOCK_SOURCES")

# A folder in which system events wait while the database does not take them.
SYSTEM_EVENT_SPOOL = environment.text("SYSTEM_EVENT_SPOOL") or str(
    environment.data_folder() / ("demo/system-events" if DEMO else "system-events")
)

# Encrypts the credentials of sources of readings; a new key goes first, older ones still decrypt.
FEED_KEY = environment.words("FEED_KEY") or ([SECRET_KEY] if DEBUG or DEMO else [])
# Logger files are looked for in folders below this one, and nowhere else.
FEED_FOLDER = environment.text("FEED_FOLDER") or (
    str(environment.data_folder() / "demo" / "feeds") if DEMO else ""
)

AUTH_USER_MODEL = "accounts.Person"
AUTHENTICATION_BACKENDS = [
    "accounts.backends.PersonBackend",
    "guardian.backends.ObjectPermissionBackend",
]
AXES_HANDLER = "accounts.lockout.CountedByAccount"
AXES_LOCKOUT_PARAMETERS = "accounts.lockout.counted_by"
AXES_USERNAME_FORM_FIELD = "username"  # as `authenticate` names it, not as Person does
AXES_USERNAME_CALLABLE = "accounts.lockout.counted_as"
AXES_CLIENT_IP_CALLABLE = "accounts.lockout.one_address"
AXES_FAILURE_LIMIT = "accounts.lockout.failure_limit"
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # what comes while locked is not counted
AXES_DISABLE_ACCESS_LOG = True  # accounts.access keeps its own, which nobody can change
AXES_ENABLE_ADMIN = AXES_VERBOSE = False
OTP_TOTP_THROTTLE_FACTOR = OTP_STATIC_THROTTLE_FACTOR = 0  # a wrong code counts to the lock-out
ANONYMOUS_USER_NAME = None
GUARDIAN_GET_CONTENT_TYPE = "guardian.ctypes.get_default_content_type"
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "accounts:login"
AUTH_PASSWORD_VALIDATORS = [  # the least length is a rule of the site, in accounts.passwords
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("user_id", "full_name")},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
# Where people prove who they are instead of a password; unset: there is no such place. Who does
# so is a signed record, in accounts.models.provider_link.
OIDC_ISSUER = environment.text("OIDC_ISSUER")
OIDC_CLIENT_ID = environment.text("OIDC_CLIENT_ID")
OIDC_CLIENT_SECRET = environment.text("OIDC_CLIENT_SECRET")
OIDC_SCOPE = environment.text("OIDC_SCOPE", "openid profile")
OIDC_USER_ID_CLAIM = environment.text("OIDC_USER_ID_CLAIM")
OIDC_NAME = environment.text("OIDC_NAME", "the identity provider")
if OIDC_ISSUER and not (OIDC_CLIENT_ID and OIDC_CLIENT_SECRET):
    raise ImproperlyConfigured("OIDC_ISSUER needs OIDC_CLIENT_ID and OIDC_CLIENT_SECRET too.")
if OIDC_ISSUER and not (DEBUG or DEMO or OIDC_ISSUER.startswith("https://")):
    raise ImproperlyConfigured("OIDC_ISSUER must begin with https://.")

SESSION_ENGINE = "accounts.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000  # the editor sends a procedure of a hundred steps

LANGUAGE_CODE = "en"
USE_I18N = False
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "static/"
STATIC_ROOT = Path(environment.text("STATIC_ROOT") or BASE_DIR / "var" / "static")
STATICFILES_DIRS = [BASE_DIR / "static"]
REPORT_FONTS = environment.text("REPORT_FONTS")  # a folder; empty: those of the npm package
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "web.packages.PackageFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "web.static_storage.HashedStaticStorage"},
}
CSRF_FAILURE_VIEW = "web.views.errors.csrf_failed"

SECURE_SSL_REDIRECT = not (DEBUG or DEMO)
SECURE_HSTS_SECONDS = 0 if DEBUG or DEMO else 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not (DEBUG or DEMO)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"
