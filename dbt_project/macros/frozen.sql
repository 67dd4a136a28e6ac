{# What no sender gives again is frozen day by day. The rows of the as-of day may be written again until the day is over; an earlier day
   never is, nor anything when a past is looked at again. As a pre-hook: makes room for the rows of the as-of day. #}
{% macro reopen_day(day_column) -%}
    {%- if is_incremental() and not known_on() -%}
        delete from {{ this }}
        where {{ day_column }} = {{ as_of() }} and not exists (select 1 from {{ this }} where {{ day_column }} > {{ as_of() }})
    {%- endif -%}
{%- endmacro %}


{# Whether the as-of day may be frozen: nothing was frozen on it or after it, and all that was delivered is known. #}
{% macro may_freeze(day_column) -%}
    {%- if not is_incremental() -%} true
    {%- elif known_on() -%} false
    {%- else -%} not exists (select 1 from {{ this }} where {{ day_column }} >= {{ as_of() }})
    {%- endif -%}
{%- endmacro %}


{# The digest of what a row says: a frozen row whose digest is another was changed after it was frozen. #}
{% macro content_hash(columns) -%}
    md5(
        {%- for column in columns %}
            coalesce(cast({{ column }} as varchar), '') || '|'{{ ' ||' if not loop.last }}
        {%- endfor %}
    )
{%- endmacro %}


{# What a snapshot of the sales forecast says of a deal. #}
{% macro snapshot_content() -%}
    {{ return([
        'snapshot_on', 'deal_id', 'client_type', 'segment', 'team', 'stage_id', 'expected_close_on', 'amount_origin',
        'promised_ht_eur', 'crm_probability_ratio', 'win_probability_ratio', 'weighted_ht_eur', 'target_month',
        'implied_invoice_on', 'implied_cash_on'
    ]) }}
{%- endmacro %}
