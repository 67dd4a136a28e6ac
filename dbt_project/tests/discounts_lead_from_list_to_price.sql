{{ config(
    description='I10: every euro of list price is a discount or is proposed, line by line and version by version.',
    meta={'dagster': {'ref': {'name': 'fct_quote_lines'}}},
) }}

with

line_gaps as (
    select
        quote_line_id as compared_key,
        list_ht_eur - discount_ht_eur - line_ht_eur as gap_eur
    from {{ ref('fct_quote_lines') }}
    where line_ht_eur is not null
),

version_gaps as (
    select
        versions.quote_id as compared_key,
        min(versions.list_ht_eur) - sum(lines.discount_ht_eur) - min(versions.proposed_ht_eur) as gap_eur
    from {{ ref('fct_quote_versions') }} as versions
    inner join {{ ref('fct_quote_lines') }} as lines on versions.quote_id = lines.quote_id and lines.is_counted
    where versions.proposed_ht_eur is not null
    group by versions.quote_id
)

select * from line_gaps
where gap_eur is distinct from 0
union all
select * from version_gaps
where gap_eur is distinct from 0
