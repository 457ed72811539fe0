# The production image: no compiler, no Node, no embedded servers, not root, nothing to write.
ARG PYTHON_VERSION=3.13

FROM node:24-slim AS front-end
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts

FROM python:${PYTHON_VERSION}-slim AS builder
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app
RUN python -m venv /venv
COPY requirements/production.txt requirements/production.txt
RUN /venv/bin/pip install --require-hashes --no-deps -r requirements/production.txt
COPY . .
COPY --from=front-end /build/node_modules node_modules
# Static files need no database; icons and fonts are read from node_modules while running; the key is thrown away with this step.
RUN DATABASE_URL=postgresql://nobody@127.0.0.1:1/none REDIS_URL=redis://127.0.0.1:1/0 \
    SECRET_KEY=only-for-collecting-static-files \
    /venv/bin/python manage.py collectstatic --noinput -v0 \
    && rm -rf tests tools bench

FROM python:${PYTHON_VERSION}-slim
ARG APP_COMMIT=unknown
ENV PATH=/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    PYTHONPATH=/app \
    DJANGO_SETTINGS_MODULE=freezer_inventory.settings \
    HOST=0.0.0.0 \
    PORT=8000 \
    APP_COMMIT=${APP_COMMIT}
RUN groupadd --system --gid 10001 portal \
    && useradd --system --uid 10001 --gid portal --no-create-home --home-dir /nonexistent portal \
    && install -d -o 10001 -g 10001 /anchor /system-events
COPY --from=builder /venv /venv
COPY --from=builder /app /app
WORKDIR /app
USER 10001:10001
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "deploy/healthcheck.py", "web"]
CMD ["gunicorn", "-c", "deploy/gunicorn.conf.py"]
