# One image for every command of `monitor`; compose.yaml says which.
FROM python:3.11-slim
WORKDIR /app
COPY pyproject.toml constraints.txt README.md ./
COPY topics topics
COPY rules rules
COPY monitor monitor
RUN pip install --no-cache-dir --constraint constraints.txt . \
    && useradd --system --create-home monitor
USER monitor
EXPOSE 8080
ENTRYPOINT ["monitor"]
CMD ["--help"]
