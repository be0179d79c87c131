// The nginx module's own interface: what its files share.
//
//   ngx_http_claviger_module.c  the module, its directives, its life in a worker
//   configuration.c             what the directives mean, and what is wrong with them
//   phases.c                    where requests are judged, passed on and counted
//   client_request.c            what is kept of a client's request until it is logged
//   headers.c                   which headers go upstream
//   refusal.c                   the answer to a refused call
//   variables.c                 $claviger_…
#pragma once

#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "claviger/gateway/gate.h"

extern ngx_module_t ngx_http_claviger_module;

// ---- configuration

/// What belongs to the whole http block.
typedef struct {
  ngx_str_t directory;                  ///< claviger_state; empty if there is none
  ngx_http_core_srv_conf_t* warned_of;  ///< the server whose error log was warned of last
  claviger_gate* gate;                  ///< opened by the worker; never in the master
} claviger_main_conf;

typedef enum { CLAVIGER_ENFORCE, CLAVIGER_OBSERVE } claviger_mode;

/// What belongs to a location, inherited from the levels above it.
typedef struct {
  const ngx_str_t* api;   ///< NULL: off
  ngx_str_t declared_in;  ///< the file of the `claviger` directive, and its line there
  ngx_uint_t declared_at;
  ngx_uint_t mode;  ///< a claviger_mode
  ngx_flag_t forward_key;
} claviger_location_conf;

void* claviger_create_main_conf(ngx_conf_t* cf);
void* claviger_create_location_conf(ngx_conf_t* cf);
char* claviger_merge_location_conf(ngx_conf_t* cf, void* parent, void* child);

/// The handlers of the directives of these names.
char* claviger_set_state(ngx_conf_t* cf, ngx_command_t* command, void* conf);
char* claviger_set_api(ngx_conf_t* cf, ngx_command_t* command, void* conf);
char* claviger_set_mode(ngx_conf_t* cf, ngx_command_t* command, void* conf);

// ---- one request of a client

/// One decision of a client's request. Decisions are kept by what was judged, so that an internal
/// redirect to the same call does not decide it again, and one to another call does.
typedef struct claviger_judgement_s claviger_judgement;

struct claviger_judgement_s {
  ngx_str_t api;
  ngx_str_t method;
  ngx_str_t path;
  claviger_decision decision;
  claviger_judgement* next;
};

/// What is kept of a client's request, whatever redirects and subrequests become of it. It hangs on
/// the main request's pool: nginx clears module contexts at every internal redirect.
typedef struct {
  claviger_header* credentials;  ///< carriers and aliases as sent, before any was withheld
  size_t credential_count;
  claviger_fault fault;
  bool has_origin;
  bool has_requested_method;
  claviger_judgement* judgements;
  const claviger_judgement* answer;   ///< the last one of the main request; NULL: undecided
  const claviger_judgement* metered;  ///< the one that was passed on; NULL: nothing to count
} claviger_client_request;

/// What is kept of the client's request behind `r`, or NULL if nothing is.
claviger_client_request* claviger_find_client_request(ngx_http_request_t* r);

/// The same, kept from now on. NULL if there is no memory. Call it before any header is withheld.
claviger_client_request* claviger_keep_client_request(ngx_http_request_t* r);

/// Registers the handlers of the phases.
ngx_int_t claviger_add_phase_handlers(ngx_conf_t* cf);

// ---- headers

/// What of a request's headers goes no further. Identity headers of the client's never do.
typedef struct {
  bool aliases_and_overrides;
  uint8_t carriers;  ///< one bit for each core::Carrier
} claviger_withheld;

/// Works out what the headers that the gateway adds need once; call while configuring.
void claviger_prepare_identity_headers(void);

/// Removes the client's headers that are withheld, and adds ours for `decision` unless it is NULL.
/// NGX_ERROR if there is no memory: the request must not go on then.
ngx_int_t claviger_edit_headers(ngx_http_request_t* r, claviger_withheld withheld,
                                const claviger_decision* decision);

// ---- refusals

/// Answers a refused call and ends the request. What it returns is the phase handler's to return.
/// No error_page, no other module gets to answer instead.
ngx_int_t claviger_answer_refusal(ngx_http_request_t* r, const claviger_decision* decision);

// ---- variables

ngx_int_t claviger_add_variables(ngx_conf_t* cf);

// ---- the worker's gate

/// The gate of this worker; NULL if there is no memory for one.
claviger_gate* claviger_gate_of(claviger_main_conf* conf);

static inline claviger_text claviger_text_of(ngx_str_t text) {
  claviger_text view = {(const char*)text.data, text.len};
  return view;
}

static inline bool claviger_is_allowed(const claviger_judgement* judgement) {
  return judgement->decision.outcome != CLAVIGER_REFUSED;
}
