{# One step of identity: clients (rows: source_client_id, cluster_id, legal_key, match_method and the keys) that share a key join one cluster.
   A key that names two legal entities, or a group of rows pulled towards two, links nothing: two different SIREN never merge. #}
{% macro link_clients(rows, key) -%}
(
        select
            source_client_id,
            {{ identity_keys() | join(',\n            ') }},
            case when pulled_cluster_id is not null then pulled_legal_key else legal_key end as legal_key,
            coalesce(pulled_cluster_id, cluster_id) as cluster_id,
            case when pulled_cluster_id <> cluster_id then '{{ key }}' else match_method end as match_method
        from (
            select
                *,
                case
                    when legal_key is not null then null
                    when min(target_legal_key) over same_cluster is null then min(target_cluster_id) over same_cluster
                    when min(target_legal_key) over same_cluster = max(target_legal_key) over same_cluster
                        then min(target_legal_key) over same_cluster
                end as pulled_cluster_id,
                min(target_legal_key) over same_cluster as pulled_legal_key
            from (
                select
                    *,
                    case
                        when {{ key }} is not null and min(legal_key) over same_key = max(legal_key) over same_key
                            then min(legal_key) over same_key
                    end as target_legal_key,
                    case
                        when {{ key }} is not null and min(legal_key) over same_key is null then min(cluster_id) over same_key
                        else cluster_id
                    end as target_cluster_id
                from {{ rows }}
                window same_key as (partition by {{ key }})
            ) as aimed
            window same_cluster as (partition by cluster_id)
        ) as pulled
    )
{%- endmacro %}


{# The keys that link clients, once the legal ones (SIREN, VAT number) have spoken: strongest first. #}
{% macro identity_keys() -%}
    {{ return(['accounting_code', 'email_domain', 'name_and_postcode']) }}
{%- endmacro %}
