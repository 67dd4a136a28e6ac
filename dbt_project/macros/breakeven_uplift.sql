{#- What a discount d must add to the volume to leave the contribution m of the list price as it was: d / (m - d), since
    (m - d) x volume' = m x volume. Null where it leaves nothing: no volume makes up for it. -#}
{% macro breakeven_uplift(discount_ratio, contribution_ratio) -%}
    case
        when {{ discount_ratio }} < {{ contribution_ratio }}
            then {{ divide(discount_ratio, contribution_ratio ~ ' - ' ~ discount_ratio) }}
    end
{%- endmacro %}
