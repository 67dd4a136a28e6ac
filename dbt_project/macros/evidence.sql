{#- The text of the query that gives a value again from the published marts: `:name` stands for the value of the column `name`. -#}
{% macro evidence(query, columns) -%}
    {%- set text = namespace(sql="'" ~ query | replace("'", "''") ~ "'") -%}
    {%- for column in columns -%}
        {%- set text.sql = 'replace(' ~ text.sql ~ ", ':" ~ column.split('.') | last ~ "', " ~ quoted(column) ~ ')' -%}
    {%- endfor -%}
    {{ text.sql }}
{%- endmacro %}


{#- The text of a literal that holds a value. -#}
{% macro quoted(column) -%}
    concat('''', replace(cast({{ column }} as varchar), '''', ''''''), '''')
{%- endmacro %}
