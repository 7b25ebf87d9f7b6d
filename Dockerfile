# The image of web, worker and beat. PostgreSQL and Redis run beside it: see docker-compose.yml.
FROM python:3.11-slim-bookworm AS parts
RUN python -m venv /opt/portal
# The desk's parts bring pg_dump and pg_restore of PostgreSQL 18, which Debian 12 does not have; backups need them.
COPY requirements-desk.txt .
RUN /opt/portal/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes --requirement requirements-desk.txt

FROM python:3.11-slim-bookworm
# A number, so that a host that demands a non-root account can see that it is one.
RUN useradd --uid 10001 --no-create-home --home-dir /srv/portal portal \
    && install --directory --owner=10001 /srv/portal/media /srv/portal/static /srv/portal/backups
ENV PATH=/opt/portal/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    MEDIA_ROOT=/srv/portal/media STATIC_ROOT=/srv/portal/static DJANGO_SETTINGS_MODULE=portal.settings
WORKDIR /srv/portal/code
COPY --from=parts /opt/portal /opt/portal
COPY . .
USER 10001
RUN python manage.py collectstatic --no-input --verbosity 0
EXPOSE 8000
CMD ["gunicorn", "--config", "python:portal.serving", "--bind", "0.0.0.0:8000", "--worker-tmp-dir", "/dev/shm"]
