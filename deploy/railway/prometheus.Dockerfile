# Prometheus with our rules, for Railway: its configuration is in the image, its data on a volume at /prometheus.
FROM prom/prometheus:v2.55.1
COPY deploy/observability/prometheus.railway.yml /etc/prometheus/prometheus.yml
COPY deploy/observability/alerts.yml /etc/prometheus/alerts.yml
# A volume there belongs to root.
USER root
CMD ["--config.file=/etc/prometheus/prometheus.yml", "--storage.tsdb.path=/prometheus", "--storage.tsdb.retention.time=35d", "--web.listen-address=[::]:9090"]
