{#- Deals open on a day (rows: stage_id, segment, stage_entered_on and the day), each with the chance that it is won, as
    `fct_win_chances` had learned it before that day: that of its stage and segment, else of its stage, else of all, at its
    age in the stage; past the last age that enough deals reached, at that one. -#}
{% macro with_chances(deals, day) -%}
(
        select
            deals.*,
            learnings.learned_on,
            coalesce(
                own_chances.win_probability_ratio, stage_chances.win_probability_ratio, company_chances.win_probability_ratio
            ) as win_probability_ratio
        from {{ deals }} as deals
        left join (
            select
                days.{{ day }},
                max(chances.learned_on) as learned_on
            from (select distinct {{ day }} from {{ deals }}) as days
            inner join (select distinct learned_on from {{ ref('fct_win_chances') }}) as chances
                on days.{{ day }} > chances.learned_on
            group by days.{{ day }}
        ) as learnings on deals.{{ day }} = learnings.{{ day }}
        left join (
            select
                learned_on,
                max(age_weeks) as last_age_weeks
            from {{ ref('fct_win_chances') }}
            group by learned_on
        ) as ages on learnings.learned_on = ages.learned_on
        {%- for chances, stage, segment in [
            ('own_chances', 'deals.stage_id', 'deals.segment'),
            ('stage_chances', 'deals.stage_id', "'all'"),
            ('company_chances', "'all'", "'all'"),
        ] %}
            left join {{ ref('fct_win_chances') }} as {{ chances }}
                on
                    ages.learned_on = {{ chances }}.learned_on
                    and {{ chances }}.stage_id = {{ stage }}
                    and {{ chances }}.segment = {{ segment }}
                    and {{ chances }}.age_weeks = least(
                        {{ week_number('deals.' ~ day) }} - {{ week_number('deals.stage_entered_on') }}, ages.last_age_weeks
                    )
        {%- endfor %}
    )
{%- endmacro %}
