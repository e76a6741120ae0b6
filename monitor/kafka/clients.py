"""Settings as each Kafka client library wants them: address, TLS and SASL, passed through to every one."""

import ssl
from typing import Any

from monitor.settings import Kafka, Security


def librdkafka(kafka: Kafka) -> dict[str, str]:
    """Settings of a confluent-kafka client."""
    return {"bootstrap.servers": kafka.bootstrap, **librdkafka_security(kafka.security)}


def librdkafka_security(security: Security) -> dict[str, str]:
    """The security part alone, for whoever names the address itself."""
    settings: dict[str, str] = {"security.protocol": security.protocol}
    if security.uses_sasl:
        settings |= {
            "sasl.mechanism": security.sasl_mechanism,
            "sasl.username": security.sasl_username,
            "sasl.password": security.sasl_password.get_secret_value(),
        }
    return settings | (_librdkafka_tls(security) if security.uses_tls else {})


def _librdkafka_tls(security: Security) -> dict[str, str]:
    files = {
        "ssl.ca.location": security.ssl_ca_file,
        "ssl.certificate.location": security.ssl_cert_file,
        "ssl.key.location": security.ssl_key_file,
        "ssl.key.password": security.ssl_key_password.get_secret_value() or None,
    }
    check = "https" if security.ssl_check_hostname else "none"
    named = {name: str(value) for name, value in files.items() if value is not None}
    return {"ssl.endpoint.identification.algorithm": check, **named}


def kafka_python(kafka: Kafka) -> dict[str, Any]:
    """Keyword arguments of a kafka-python client; aiokafka's own clients take the same."""
    security = kafka.security
    settings: dict[str, Any] = {
        "bootstrap_servers": kafka.bootstrap,
        "security_protocol": security.protocol,
    }
    if security.uses_tls:
        settings["ssl_context"] = ssl_context(security)
    if security.uses_sasl:
        settings |= {
            "sasl_mechanism": security.sasl_mechanism,
            "sasl_plain_username": security.sasl_username,
            "sasl_plain_password": security.sasl_password.get_secret_value(),
        }
    return settings


def faust_credentials(security: Security) -> object | None:
    """Credentials for a Faust app's `broker_credentials`; None on a plain connection."""
    import faust  # noqa: PLC0415 - a second to import, and only the worker needs it

    context = ssl_context(security) if security.uses_tls else None
    if security.uses_sasl:
        credentials: object = faust.SASLCredentials(
            username=security.sasl_username,
            password=security.sasl_password.get_secret_value(),
            mechanism=security.sasl_mechanism,
            ssl_context=context,
        )
        return credentials
    return faust.SSLCredentials(context) if context else None


def ssl_context(security: Security) -> ssl.SSLContext:
    """Build the TLS context of the Python clients: authorities to trust, our certificate, host name check."""
    context = ssl.create_default_context(cafile=security.ssl_ca_file)
    context.check_hostname = security.ssl_check_hostname
    if security.ssl_cert_file and security.ssl_key_file:
        password = security.ssl_key_password.get_secret_value() or None
        context.load_cert_chain(security.ssl_cert_file, security.ssl_key_file, password)
    return context
