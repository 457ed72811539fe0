"""The addresses of the audit trail."""

from django.urls import path

from web.views import audit, audit_reviews, notices, restores

app_name = "audit"
urlpatterns = [
    path("", audit.index, name="index"),
    path("export/", audit.export, name="export"),
    path("refused/", audit.refused, name="refused"),
    path("access/", audit.access, name="access"),
    path("reviews/", audit_reviews.reviews, name="reviews"),
    path("reviews/new/", audit_reviews.new_review, name="new_review"),
    path("reviews/defer/", audit_reviews.defer_review, name="defer_review"),
    path("reviews/<int:review_id>/", audit_reviews.review, name="review"),
    path("checks/", audit.checks, name="checks"),
    path("checks/<int:check_id>/", audit.check, name="check"),
    path("checks/<int:check_id>/close/", audit.close_check, name="close_check"),
    path("restore/", restores.restore, name="restore"),
    path("restore/sign/", restores.sign_restore, name="sign_restore"),
    path("notices/", notices.notices, name="notices"),
    path("notices/<int:notice_id>/", notices.notice, name="notice"),
    path("notices/<int:notice_id>/acknowledge/", notices.acknowledge, name="acknowledge_notice"),
    path("<int:change_id>/", audit.change, name="change"),
]
