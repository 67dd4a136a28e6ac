{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

quarters as (
    select
        days.as_of_on,
        days.quarter_from_on,
        links.link_type,
        min(links.link_label_fr) as link_label_fr,
        sum(links.document_count) as document_count,
        sum(links.document_eur) as document_eur,
        sum(links.linked_eur) as linked_eur
    from {{ ref('ctl_link_coverage') }} as links
    inner join {{ ref('prep_steering_days') }} as days
        on links.document_month between days.quarter_from_on and days.as_of_on
    group by days.as_of_on, days.quarter_from_on, links.link_type
),

final as (
    select
        'link_coverage_low' as rule_id,
        as_of_on,
        'link' as entity_kind,
        link_type as entity_id,
        link_label_fr as entity_label,
        {{ divide('linked_eur', 'document_eur', 'decimal(18, 6)') }} as observed_quantity,
        document_count as observed_count,
        document_eur - linked_eur as stake_eur,
        {{ evidence(
            'select sum(linked_eur) / sum(document_eur) from marts.ctl_link_coverage where link_type = :link_type '
            ~ 'and document_month between :quarter_from_on and :as_of_on', ['link_type', 'quarter_from_on', 'as_of_on']
        ) }} as evidence_sql
    from quarters
)

select * from final
