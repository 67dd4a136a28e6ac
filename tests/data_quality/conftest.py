"""The healthy warehouse, made once."""

from collections.abc import Iterator

import pytest

from tests.data_quality.healthy import Warehouse, create_healthy_warehouse


@pytest.fixture(scope="session")
def warehouse() -> Iterator[Warehouse]:
    healthy = create_healthy_warehouse()
    yield healthy
    healthy.connection.close()
