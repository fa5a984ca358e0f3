/** Chat templates of our own, in the two forms most models use, and one that takes no system message. */

/** Marks around every turn; the answer follows the mark's line end. */
export const MARKED_TURNS = `{%- for message in messages %}
{{- '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>\\n' }}
{%- endfor %}
{%- if add_generation_prompt %}
{{- '<|im_start|>assistant\\n' }}
{%- endif %}`;

/** Instructions in brackets, BOS in the template itself; the answer follows a space. */
export const BRACKETED = `{{- bos_token }}
{%- for message in messages %}
{%- if message.role == 'system' %}{{- '[INST] ' + message.content + ' [/INST]' }}
{%- elif message.role == 'user' %}{{- '[INST] ' + message.content | trim + ' [/INST]' }}
{%- else %}{{- ' ' + message.content + ' ' + eos_token }}
{%- endif %}
{%- endfor %}`;

export const NO_SYSTEM = `{%- for message in messages %}
{%- if message.role == 'system' %}{{ raise_exception('no system message here') }}{% endif %}
{{- message.role + ': ' + message.content + '\\n' }}
{%- endfor %}
{%- if add_generation_prompt %}assistant: {% endif %}`;
