with

links as (
    select * from {{ ref('prep_document_links') }}
    where document_on <= {{ as_of() }} and document_eur is not null
),

link_types (link_type, link_position, tax_basis, link_label_fr) as (
    values
    ('deal_quote', 1, 'ht', 'Devis rattachés à une affaire'),
    ('quote_order', 2, 'ht', 'Commandes rattachées à un devis'),
    ('order_delivery', 3, 'ht', 'Livraisons rattachées à une commande'),
    ('order_invoice', 4, 'ttc', 'Factures rattachées à une commande'),
    ('invoice_payment', 5, 'ttc', 'Encaissements rattachés à une échéance'),
    ('client_identity', 6, 'ttc', 'Factures de clients identifiés par un numéro légal')
),

months as (
    select
        link_type,
        cast(date_trunc('month', document_on) as date) as document_month,
        count(*) as document_count,
        count(*) filter (where linked_eur = document_eur) as linked_count,
        cast(sum(document_eur) as decimal(18, 2)) as document_eur,
        cast(sum(linked_eur) as decimal(18, 2)) as linked_eur
    from links
    group by link_type, cast(date_trunc('month', document_on) as date)
),

final as (
    select
        months.link_type,
        months.document_month,
        link_types.link_position,
        link_types.link_label_fr,
        link_types.tax_basis,
        months.document_count,
        months.linked_count,
        months.document_eur,
        months.linked_eur,
        {{ divide('months.linked_eur', 'months.document_eur') }} as coverage_ratio,
        {{ divide('months.linked_count', 'months.document_count') }} as document_coverage_ratio
    from months
    inner join link_types on months.link_type = link_types.link_type
)

select * from final
