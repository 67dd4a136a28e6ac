{# Euros of an amount printed in a document's currency, to the cent; null where a foreign currency has no rate. #}
{% macro to_eur(amount, currency_code='currency_code', exchange_rate='exchange_rate') -%}
    case
        when {{ exchange_rate }} is not null then cast(round({{ amount }} * {{ exchange_rate }}, 2) as decimal(18, 2))
        when {{ currency_code }} = 'EUR' then {{ amount }}
    end
{%- endmacro %}


{# total x part / whole, exact to the cent, half a cent away from zero; null where whole is 0. #}
{% macro prorate(total, part, whole) -%}
    {{ return(adapter.dispatch('prorate')(total, part, whole)) }}
{%- endmacro %}


{% macro default__prorate(total, part, whole) -%}
    cast(round({{ total }} * {{ part }} / nullif({{ whole }}, 0), 2) as decimal(18, 2))
{%- endmacro %}


{# DuckDB divides decimals as doubles, which lose half cents: hence integers. #}
{% macro duckdb__prorate(total, part, whole) -%}
    {%- set numerator = 'abs(' ~ cents(total) ~ ' * ' ~ millionths(part) ~ ')' -%}
    {%- set denominator = 'abs(' ~ millionths(whole) ~ ')' -%}
    {%- set quotient = near_quotient(numerator, denominator) -%}
    {%- set twice_left = '2 * (' ~ numerator ~ ' - ' ~ quotient ~ ' * ' ~ denominator ~ ')' -%}
    cast(
        sign({{ total }}) * sign({{ part }}) * sign({{ whole }})
        * (
            {{ quotient }}
            + cast({{ twice_left }} >= {{ denominator }} as integer) - cast({{ twice_left }} < -{{ denominator }} as integer)
        ) * 0.01
        as decimal(18, 2)
    )
{%- endmacro %}


{# The quotient of two integers, or one of its neighbours; null where the denominator is 0. A division of integers of 128 bits takes four
   times as long as this one and the products that put it right: outside of a `case`, where DuckDB computes what repeats only once. #}
{% macro near_quotient(numerator, denominator) -%}
    cast(cast({{ numerator }} as double) / nullif(cast({{ denominator }} as double), 0) as hugeint)
{%- endmacro %}


{% macro cents(amount) -%}
    cast(({{ amount }}) * 100 as hugeint)
{%- endmacro %}


{% macro millionths(amount) -%}
    cast(({{ amount }}) * 1000000 as hugeint)
{%- endmacro %}


{# A relation with one more column: a total spread over the rows of each partition in proportion to a weight, so that the parts sum to
   the total. Each part is cut to the cent, and the cents left go to the largest remainders, in the given order (golden 7.7).
   Null where the weights of a partition sum to 0. #}
{% macro largest_remainder(relation, total, weight, partition_by, order_by, part) -%}
(
        select
            *,
            cast(
                0.01 * sign(total_cents)
                * (
                    floor_cents
                    + case
                        when row_number() over (partition by {{ partition_by }} order by remainder desc, {{ order_by }})
                            <= abs(total_cents) - sum(floor_cents) over (partition by {{ partition_by }})
                            then 1
                        else 0
                    end
                ) as decimal(18, 2)
            ) as {{ part }}
        from (
            select
                *,
                share_numerator - floor_cents * share_denominator as remainder
            from (
                select
                    *,
                    {{ floor_quotient('share_numerator', 'share_denominator') }} as floor_cents
                from (
                    select
                        *,
                        abs(total_cents) * weight_cents * sign(weights_cents) as share_numerator,
                        nullif(abs(weights_cents), 0) as share_denominator
                    from (
                        select
                            *,
                            sum(weight_cents) over (partition by {{ partition_by }}) as weights_cents
                        from (
                            select
                                *,
                                {{ cents(total) }} as total_cents,
                                {{ cents(weight) }} as weight_cents
                            from {{ relation }}
                        ) as counted
                    ) as summed
                ) as weighted
            ) as floored
        ) as cut
    )
{%- endmacro %}


{# The largest integer not above numerator / denominator, for integers and a positive denominator. #}
{% macro floor_quotient(numerator, denominator) -%}
    {%- set quotient = near_quotient(numerator, denominator) -%}
    {%- set left = numerator ~ ' - ' ~ quotient ~ ' * ' ~ denominator -%}
    ({{ quotient }} + cast({{ left }} >= {{ denominator }} as integer) - cast({{ left }} < 0 as integer))
{%- endmacro %}


{# Euros of whole cents. #}
{% macro from_cents(amount) -%}
    cast({{ amount }} * 0.01 as decimal(18, 2))
{%- endmacro %}
