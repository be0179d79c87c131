// The variables: what was decided of the client's request, for the access log.
//
//   $claviger_decision         allow, deny, off (not protected), undecided (protected, not judged)
//   $claviger_reason           the reason's word: key-expired. It may tell more than the caller may
//                              know; do not send it in an answer
//   $claviger_key_id, $claviger_application_id, $claviger_organization_id
//                              empty unless the caller presented a full valid secret
//
// Each value is made of a-z, 0-9, "_" and "-" and needs no escapes. In observe mode they tell what
// would have been.
#include "claviger_nginx.h"

static void set_value(ngx_http_variable_value_t* value, const char* text, size_t size) {
  value->data = (u_char*)text;
  value->len = (unsigned)size;
  value->valid = 1;
  value->no_cacheable = 0;
  value->not_found = size == 0;
}

static const claviger_judgement* answer_of(ngx_http_request_t* r) {
  const claviger_client_request* request = claviger_find_client_request(r);
  return request == NULL ? NULL : request->answer;
}

static ngx_int_t get_decision(ngx_http_request_t* r, ngx_http_variable_value_t* value,
                              uintptr_t data) {
  (void)data;
  const claviger_location_conf* location =
      ngx_http_get_module_loc_conf(r, ngx_http_claviger_module);
  const claviger_judgement* answer = answer_of(r);
  const char* word = location->api == NULL ? "off" : "undecided";
  if (answer != NULL) word = claviger_is_allowed(answer) ? "allow" : "deny";
  set_value(value, word, ngx_strlen(word));
  return NGX_OK;
}

static ngx_int_t get_reason(ngx_http_request_t* r, ngx_http_variable_value_t* value,
                            uintptr_t data) {
  (void)data;
  const claviger_judgement* answer = answer_of(r);
  const claviger_text none = {"", 0};
  const claviger_text reason = answer == NULL ? none : answer->decision.reason;
  set_value(value, reason.data, reason.size);
  return NGX_OK;
}

/// `data` is the offset of a claviger_id in the decision.
static ngx_int_t get_id(ngx_http_request_t* r, ngx_http_variable_value_t* value, uintptr_t data) {
  const claviger_judgement* answer = answer_of(r);
  static const claviger_id none = {0};
  const claviger_id* id = &none;
  if (answer != NULL) id = (const claviger_id*)((const char*)&answer->decision + data);
  set_value(value, id->text, id->size);
  return NGX_OK;
}

ngx_int_t claviger_add_variables(ngx_conf_t* cf) {
  static const struct {
    ngx_str_t name;
    ngx_http_get_variable_pt get;
    uintptr_t data;
  } variables[] = {
      {ngx_string("claviger_decision"), get_decision, 0},
      {ngx_string("claviger_reason"), get_reason, 0},
      {ngx_string("claviger_key_id"), get_id, offsetof(claviger_decision, key_id)},
      {ngx_string("claviger_application_id"), get_id, offsetof(claviger_decision, application_id)},
      {ngx_string("claviger_organization_id"), get_id,
       offsetof(claviger_decision, organization_id)},
  };

  for (size_t i = 0; i < sizeof(variables) / sizeof(variables[0]); ++i) {
    ngx_str_t name = variables[i].name;
    // Read before the decision, each has another value than after it.
    ngx_http_variable_t* variable = ngx_http_add_variable(cf, &name, NGX_HTTP_VAR_NOCACHEABLE);
    if (variable == NULL) return NGX_ERROR;
    variable->get_handler = variables[i].get;
    variable->data = variables[i].data;
  }
  return NGX_OK;
}
