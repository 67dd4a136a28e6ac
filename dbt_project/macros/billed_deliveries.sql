{# The delivery that each document bills (rows: invoice_id, order_id, issued_on): the last of its order up to its issue; for a
   deposit, billed before any delivery, the first one after it. #}
{% macro billed_deliveries(documents, deliveries) -%}
(
        select
            documents.invoice_id,
            coalesce(
                max(case when deliveries.delivered_on <= documents.issued_on then deliveries.delivered_on end),
                min(deliveries.delivered_on)
            ) as delivered_on
        from {{ documents }} as documents
        inner join {{ deliveries }} as deliveries on documents.order_id = deliveries.order_id
        group by documents.invoice_id
    )
{%- endmacro %}
