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
    {%- set numerator = cents(total) ~ ' * ' ~ millionths(part) -%}
    {%- set denominator = millionths(whole) -%}
    cast(
        sign({{ total }}) * sign({{ part }}) * sign({{ whole }})
        * ((2 * abs({{ numerator }}) + abs({{ denominator }})) // nullif(2 * abs({{ denominator }}), 0)) * 0.01
        as decimal(18, 2)
    )
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
    {{ return(adapter.dispatch('floor_quotient')(numerator, denominator)) }}
{%- endmacro %}


{% macro default__floor_quotient(numerator, denominator) -%}
    ({{ numerator }} // {{ denominator }} - case when {{ numerator }} % {{ denominator }} < 0 then 1 else 0 end)
{%- endmacro %}


{# DuckDB is slow to divide integers of 128 bits. While it is small, the quotient of doubles is at most one away, and a product tells. #}
{% macro duckdb__floor_quotient(numerator, denominator) -%}
    {%- set quotient = 'floor(cast(' ~ numerator ~ ' as double) / cast(' ~ denominator ~ ' as double))' -%}
    {%- set near = 'cast(' ~ quotient ~ ' as bigint)' -%}
    case
        when abs({{ quotient }}) > 1e14 then {{ default__floor_quotient(numerator, denominator) }}
        else
            {{ near }}
            + case
                when {{ numerator }} < {{ near }} * {{ denominator }} then -1
                when {{ numerator }} >= ({{ near }} + 1) * {{ denominator }} then 1
                else 0
            end
    end
{%- endmacro %}


{# Euros of whole cents. #}
{% macro from_cents(amount) -%}
    cast({{ amount }} * 0.01 as decimal(18, 2))
{%- endmacro %}
