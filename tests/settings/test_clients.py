"""Address, TLS and SASL reach every client library under its own names."""

import ssl
from typing import Any

from confluent_kafka import Producer

from monitor.kafka import clients
from monitor.settings import Kafka, Security

SASL = Security.model_validate({"protocol": "SASL_SSL", "sasl_username": "monitor", "sasl_password": "secret"})


def test_a_plain_connection_needs_the_address_only() -> None:
    kafka = Kafka(bootstrap="a:1,b:2")
    assert clients.librdkafka(kafka) == {"bootstrap.servers": "a:1,b:2", "security.protocol": "PLAINTEXT"}
    assert clients.kafka_python(kafka) == {"bootstrap_servers": "a:1,b:2", "security_protocol": "PLAINTEXT"}
    assert clients.faust_credentials(kafka.security) is None


def test_librdkafka_accepts_what_it_is_given() -> None:
    settings = clients.librdkafka(Kafka(security=SASL))
    assert settings["sasl.password"] == "secret"
    assert settings["ssl.endpoint.identification.algorithm"] == "https"
    assert Producer(settings) is not None


def test_the_python_clients_get_a_checking_tls_context() -> None:
    settings = clients.kafka_python(Kafka(security=SASL))
    assert settings["sasl_plain_password"] == "secret"
    assert settings["sasl_mechanism"] == "SCRAM-SHA-512"
    context: ssl.SSLContext = settings["ssl_context"]
    assert (context.check_hostname, context.verify_mode) == (True, ssl.CERT_REQUIRED)


def test_the_host_name_check_can_be_left_out_for_a_test_cluster() -> None:
    security = Security(protocol="SSL", ssl_check_hostname=False)
    assert clients.librdkafka_security(security)["ssl.endpoint.identification.algorithm"] == "none"
    assert clients.ssl_context(security).check_hostname is False


def test_faust_gets_credentials_of_its_own_kind() -> None:
    sasl: Any = clients.faust_credentials(SASL)
    assert (sasl.username, sasl.mechanism.value, sasl.protocol.value) == ("monitor", "SCRAM-SHA-512", "SASL_SSL")
    tls: Any = clients.faust_credentials(Security(protocol="SSL"))
    assert tls.protocol.value == "SSL"
    assert tls.context.verify_mode == ssl.CERT_REQUIRED
