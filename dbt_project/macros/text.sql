{# The digits of a text. #}
{% macro digits(words) -%}
    regexp_replace({{ words }}, '[^0-9]', '', 'g')
{%- endmacro %}


{# A company name without case, accents, punctuation and legal form: "Sté Dupont S.A.R.L." and "DUPONT" are one name. #}
{% macro bare_name(words) -%}
    {%- set plain = "translate(lower(" ~ words ~ "), 'àâäçéèêëîïôöùûüÿ''’.', 'aaaceeeeiioouuuy')" -%}
    {%- set forms = 'sarl|sas|sasu|sa|eurl|sci|snc|scop|ei|ste|societe|ets|etablissements|groupe' -%}
    regexp_replace(regexp_replace({{ plain }}, '\b({{ forms }})\b', '', 'g'), '[^a-z0-9]', '', 'g')
{%- endmacro %}


{# A document number as a bank line may repeat it: letters in upper case and digits, nothing else. #}
{% macro bare_reference(words) -%}
    regexp_replace(upper({{ words }}), '[^A-Z0-9]', '', 'g')
{%- endmacro %}


{# The words of a text, one per row, to be cross joined. #}
{% macro words_of(words) -%}
    {{ return(adapter.dispatch('words_of')(words)) }}
{%- endmacro %}


{% macro duckdb__words_of(words) -%}
    (select unnest(regexp_split_to_array({{ words }}, '[\s,;]+')))
{%- endmacro %}


{% macro default__words_of(words) -%}
    lateral (select regexp_split_to_table({{ words }}, '[\s,;]+'))
{%- endmacro %}
