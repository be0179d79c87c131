// Where requests are judged, passed on and counted.
//
//   PREACCESS   judges: before limits and access rules, none of which can override a refusal
//   PRECONTENT  notes that the call is passed on: limits and access rules have let it through
//   LOG         counts it, before the access log tells of it
#include "claviger_nginx.h"

// ---- the log

/// A log without the request line that nginx adds of its own accord: a client may have put a secret
/// into its query.
static ngx_log_t log_of(const ngx_http_request_t* r) {
  ngx_log_t log = *r->connection->log;
  log.handler = NULL;
  return log;
}

static void log_notice(const claviger_notice* notice) {
  if (notice->kind == CLAVIGER_NOTICE_NONE) return;
  const ngx_uint_t level = notice->kind == CLAVIGER_NOTICE_TROUBLE ? NGX_LOG_ERR : NGX_LOG_NOTICE;
  ngx_log_error(level, ngx_cycle->log, 0, "claviger: %*s", notice->text.size, notice->text.data);
}

static void log_refusal(const ngx_http_request_t* r, const claviger_judgement* judgement,
                        ngx_uint_t mode) {
  const claviger_decision* decision = &judgement->decision;
  ngx_log_t log = log_of(r);
  const ngx_uint_t level = mode == CLAVIGER_OBSERVE ? NGX_LOG_NOTICE : NGX_LOG_INFO;
  ngx_log_error(level, &log, 0, "claviger: %s a call to %V from %V: %*s, key %*s",
                mode == CLAVIGER_OBSERVE ? "would refuse" : "refused", &judgement->api,
                &r->connection->addr_text, decision->reason.size, decision->reason.data,
                (size_t)decision->key_id.size, decision->key_id.text);
}

// ---- what is judged

/// Finds what a rewrite made of the client's path, in the spelling of proxy_pass. Empty if the
/// request has the client's path still.
static ngx_int_t find_routed_path(ngx_http_request_t* r, ngx_str_t* path) {
  ngx_str_null(path);
  if (r->valid_unparsed_uri) return NGX_OK;
  *path = r->uri;
  if (!r->quoted_uri && !r->internal) return NGX_OK;
  const size_t escaped = ngx_escape_uri(NULL, r->uri.data, r->uri.len, NGX_ESCAPE_URI);
  if (escaped == 0) return NGX_OK;
  path->len += 2 * escaped;
  path->data = ngx_pnalloc(r->pool, path->len);
  if (path->data == NULL) return NGX_ERROR;
  ngx_escape_uri(path->data, r->uri.data, r->uri.len, NGX_ESCAPE_URI);
  return NGX_OK;
}

/// The path of a target: all before its query.
static ngx_str_t path_of(ngx_str_t target) {
  const u_char* query = ngx_strlchr(target.data, target.data + target.len, '?');
  if (query != NULL) target.len = (size_t)(query - target.data);
  return target;
}

/// The peer's address, as the realip module has found it.
static claviger_address peer_of(const ngx_http_request_t* r) {
  claviger_address peer = {.kind = CLAVIGER_ADDRESS_NONE};
  const struct sockaddr* address = r->connection->sockaddr;
  if (address->sa_family == AF_INET) {
    peer.kind = CLAVIGER_ADDRESS_V4;
    ngx_memcpy(peer.bytes, &((const struct sockaddr_in*)address)->sin_addr, 4);
  } else if (address->sa_family == AF_INET6) {
    peer.kind = CLAVIGER_ADDRESS_V6;
    ngx_memcpy(peer.bytes, &((const struct sockaddr_in6*)address)->sin6_addr, 16);
  }
  return peer;
}

static bool are_equal(ngx_str_t a, ngx_str_t b) {
  return a.len == b.len && ngx_memcmp(a.data, b.data, a.len) == 0;
}

static claviger_judgement* find_judgement(const claviger_client_request* request, ngx_str_t api,
                                          ngx_str_t method, ngx_str_t path) {
  claviger_judgement* judgement = request->judgements;
  while (judgement != NULL &&
         !(are_equal(judgement->api, api) && are_equal(judgement->method, method) &&
           are_equal(judgement->path, path))) {
    judgement = judgement->next;
  }
  return judgement;
}

/// The scopes lie in the gate's memory; they are needed until the call is passed on.
static ngx_int_t keep_scopes(ngx_http_request_t* r, claviger_decision* decision) {
  if (decision->scopes.size == 0) return NGX_OK;
  char* scopes = ngx_pnalloc(r->pool, decision->scopes.size);
  if (scopes == NULL) return NGX_ERROR;
  ngx_memcpy(scopes, decision->scopes.data, decision->scopes.size);
  decision->scopes.data = scopes;
  return NGX_OK;
}

/// Judges the call, unless this client's request has been judged by the same before. NULL if there
/// is no memory.
static claviger_judgement* judge(ngx_http_request_t* r, ngx_str_t api,
                                 claviger_client_request* request) {
  claviger_main_conf* conf = ngx_http_get_module_main_conf(r, ngx_http_claviger_module);
  ngx_str_t routed_path;
  if (find_routed_path(r, &routed_path) != NGX_OK) return NULL;
  const ngx_str_t path = routed_path.len != 0 ? routed_path : path_of(r->main->unparsed_uri);
  claviger_judgement* judgement = find_judgement(request, api, r->method_name, path);
  if (judgement != NULL) return judgement;
  judgement = ngx_palloc(r->pool, sizeof(*judgement));
  if (judgement == NULL) return NULL;
  judgement->api = api;
  judgement->method = r->method_name;
  judgement->path = path;
  const claviger_call call = {
      .api = claviger_text_of(api),
      .method = claviger_text_of(r->method_name),
      .target = claviger_text_of(r->main->unparsed_uri),
      .routed_path = claviger_text_of(routed_path),
      .headers = request->credentials,
      .header_count = request->credential_count,
      .peer = peer_of(r),
      .fault = request->fault,
      .has_origin = request->has_origin,
      .has_requested_method = request->has_requested_method,
  };
  claviger_notice notice;
  claviger_gate_decide(claviger_gate_of(conf), &call, &judgement->decision, &notice);
  log_notice(&notice);
  if (keep_scopes(r, &judgement->decision) != NGX_OK) return NULL;
  judgement->next = request->judgements;
  request->judgements = judgement;
  return judgement;
}

// ---- PREACCESS

static ngx_int_t refuse(ngx_http_request_t* r, const claviger_judgement* judgement) {
  // Nobody reads the credentials any more, and the access log shall not show them ($remote_user).
  const claviger_withheld everything = {.aliases_and_overrides = true, .carriers = UINT8_MAX};
  if (claviger_edit_headers(r, everything, NULL) != NGX_OK) return NGX_ERROR;
  return claviger_answer_refusal(r, &judgement->decision);
}

/// What of a call that goes on goes no further. A credential that is not ours may be the
/// upstream's; a preflight has none (Fetch, "CORS-preflight fetch").
static claviger_withheld withheld_of(const claviger_location_conf* location,
                                     const claviger_decision* decision) {
  const bool is_ours = decision->caller_is_known || decision->outcome != CLAVIGER_REFUSED;
  claviger_withheld withheld = {.aliases_and_overrides = true};
  if (is_ours && !location->forward_key) withheld.carriers = (uint8_t)(1U << decision->carrier);
  if (decision->outcome == CLAVIGER_PREFLIGHT) withheld.carriers = UINT8_MAX;
  return withheld;
}

/// What the client's own request comes to is what was decided last. Subrequests do not change it,
/// nor does what nginx runs after the answer (post_action).
static void note_answer(const ngx_http_request_t* r, claviger_client_request* request,
                        const claviger_judgement* judgement) {
  if (r != r->main || r->post_action) return;
  request->answer = judgement;
  request->metered = NULL;
}

static ngx_int_t judge_request(ngx_http_request_t* r) {
  const claviger_main_conf* conf = ngx_http_get_module_main_conf(r, ngx_http_claviger_module);
  const claviger_location_conf* location =
      ngx_http_get_module_loc_conf(r, ngx_http_claviger_module);
  if (conf->directory.len == 0) return NGX_DECLINED;
  if (location->api == NULL) {
    const claviger_withheld nothing_else = {.carriers = 0};
    return claviger_edit_headers(r, nothing_else, NULL) == NGX_OK ? NGX_DECLINED : NGX_ERROR;
  }
  claviger_client_request* request = claviger_keep_client_request(r);
  if (request == NULL) return NGX_ERROR;
  claviger_judgement* judgement = judge(r, *location->api, request);
  if (judgement == NULL) return NGX_ERROR;
  note_answer(r, request, judgement);
  ngx_http_set_ctx(r, judgement, ngx_http_claviger_module);
  const bool allowed = claviger_is_allowed(judgement);
  if (!allowed) {
    log_refusal(r, judgement, location->mode);
    if (location->mode == CLAVIGER_ENFORCE) return refuse(r, judgement);
  }
  // A preflight has nobody behind it whose identity could be told.
  const bool tells_identity = judgement->decision.outcome == CLAVIGER_ALLOWED;
  const ngx_int_t edited = claviger_edit_headers(r, withheld_of(location, &judgement->decision),
                                                 tells_identity ? &judgement->decision : NULL);
  return edited == NGX_OK ? NGX_DECLINED : NGX_ERROR;
}

// ---- PRECONTENT

/// The call goes on to whatever answers it. Of a client's request one call is counted: its own, or
/// the last subrequest's where it is not itself one to an API.
static ngx_int_t note_passed_on(ngx_http_request_t* r) {
  const claviger_judgement* judgement = ngx_http_get_module_ctx(r, ngx_http_claviger_module);
  if (judgement == NULL || judgement->decision.outcome != CLAVIGER_ALLOWED) return NGX_DECLINED;
  claviger_client_request* request = claviger_find_client_request(r);
  const claviger_judgement* counted = r == r->main ? judgement : NULL;
  if (request->answer == counted) request->metered = judgement;
  return NGX_DECLINED;
}

// ---- LOG

/// True if a protected location answered the request before it was judged. What nginx itself
/// refuses on its way to the location (a body too large, say) has not been let through by anyone.
static bool is_undecided(ngx_http_request_t* r, const claviger_client_request* request) {
  const claviger_location_conf* location =
      ngx_http_get_module_loc_conf(r, ngx_http_claviger_module);
  if (location->api == NULL || (request != NULL && request->answer != NULL)) return false;
  const ngx_http_core_main_conf_t* core = ngx_http_get_module_main_conf(r, ngx_http_core_module);
  const bool phases_ran = r->phase_handler != 0;
  // The phase that finds the location stands right before the location's rewrite rules.
  const bool ended_on_the_way =
      (ngx_uint_t)r->phase_handler + 1 == core->phase_engine.location_rewrite_index;
  return phases_ran && !ended_on_the_way;
}

static void report_undecided(ngx_http_request_t* r) {
  claviger_main_conf* conf = ngx_http_get_module_main_conf(r, ngx_http_claviger_module);
  const claviger_location_conf* location =
      ngx_http_get_module_loc_conf(r, ngx_http_claviger_module);
  const ngx_http_core_loc_conf_t* core = ngx_http_get_module_loc_conf(r, ngx_http_core_module);
  ngx_log_t log = log_of(r);
  ngx_log_error(NGX_LOG_ERR, &log, 0,
                "claviger: location \"%V\" answered a request to %V from %V with %ui before it was "
                "judged; is there a \"return\" in it?",
                &core->name, location->api, &r->connection->addr_text, r->headers_out.status);
  claviger_gate_count_undecided(claviger_gate_of(conf));
}

static ngx_int_t count_request(ngx_http_request_t* r) {
  const claviger_main_conf* conf = ngx_http_get_module_main_conf(r, ngx_http_claviger_module);
  // Subrequests are logged too (log_subrequest); they are part of the client's one request.
  if (conf->directory.len == 0 || r != r->main) return NGX_OK;
  const claviger_client_request* request = claviger_find_client_request(r);
  if (request != NULL && request->metered != NULL) {
    claviger_gate_count(&request->metered->decision);
  }
  if (is_undecided(r, request)) report_undecided(r);
  return NGX_OK;
}

// ---- registration

static ngx_int_t add_handler(ngx_http_core_main_conf_t* core, ngx_http_phases phase,
                             ngx_http_handler_pt handler) {
  ngx_http_handler_pt* place = ngx_array_push(&core->phases[phase].handlers);
  if (place == NULL) return NGX_ERROR;
  *place = handler;
  return NGX_OK;
}

/// nginx runs the handlers of a phase last to first, but those of the LOG phase first to last:
/// there ours moves to the front, so that a request that the access log shows has been counted.
static ngx_int_t add_log_handler(ngx_http_core_main_conf_t* core) {
  if (add_handler(core, NGX_HTTP_LOG_PHASE, count_request) != NGX_OK) return NGX_ERROR;
  ngx_array_t* handlers = &core->phases[NGX_HTTP_LOG_PHASE].handlers;
  ngx_http_handler_pt* first = handlers->elts;
  ngx_memmove(first + 1, first, (handlers->nelts - 1) * sizeof(*first));
  *first = count_request;
  return NGX_OK;
}

ngx_int_t claviger_add_phase_handlers(ngx_conf_t* cf) {
  ngx_http_core_main_conf_t* core = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);
  if (add_handler(core, NGX_HTTP_PREACCESS_PHASE, judge_request) != NGX_OK ||
      add_handler(core, NGX_HTTP_PRECONTENT_PHASE, note_passed_on) != NGX_OK) {
    return NGX_ERROR;
  }
  return add_log_handler(core);
}
