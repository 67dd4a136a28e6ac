"""The contract: one file, read the same way by everybody."""

import duckdb
import pytest

from ingestion.contract import PROVENANCE, Column, arrow_schema, load_contract
from ingestion.contract_page import PAGE, render


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == render(), "run python -m ingestion.contract_page"


def test_there_are_22_entities_each_with_one_key() -> None:
    entities = load_contract().entities
    assert len(entities) == 22
    assert all(sum(column.is_key for column in entity.columns) == 1 for entity in entities.values())


def test_a_raw_relation_has_the_columns_of_the_entity_then_the_common_ones_then_where_it_was_read() -> None:
    contract = load_contract()
    names = [column.name for column in contract.raw_columns("owners")]
    common = ["source_system", "source_updated_at", "is_deleted", "loaded_at", "load_id"]
    assert names == ["owner_id", "team", "is_active", *common, *(column.name for column in PROVENANCE)]


@pytest.mark.parametrize("entity", load_contract().entities)
def test_arrow_and_duckdb_agree_on_every_type(entity: str) -> None:
    columns = load_contract().raw_columns(entity)
    with duckdb.connect() as connection:
        connection.register("shape", arrow_schema(columns).empty_table())
        described = connection.execute("describe select * from shape").fetchall()
    assert [(row[0], row[1]) for row in described] == [(column.name, column.duckdb_type) for column in columns]


def test_the_fingerprint_changes_with_the_shape() -> None:
    contract = load_contract()
    assert len({contract.fingerprint(entity) for entity in contract.entities}) == 22


def test_references_are_identifiers_and_other_texts_are_not() -> None:
    assert Column("order_id", "text", "optional", "").is_identifier
    assert not Column("accounting_code", "text", "optional", "").is_identifier
