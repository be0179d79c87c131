// The nginx module: its directives, its place in nginx, its life in a worker.
//
//   claviger_state DIR;              http      where the keyring and the counters are
//   claviger api NAME;               location  guards the location: every call is judged as one to
//                                              that API, by the client's path, or what
//                                              a rewrite made of it
//   claviger off;                    location  guards nothing; identity headers of the client's are
//                                              removed all the same
//   claviger_mode enforce;           location  refuses what is not allowed; the default
//   claviger_mode observe;           location  refuses nothing: judges, logs, and counts what it
//                                              would allow, whose callers alone are named upstream
//   claviger_forward_key on | off;   location  leaves the caller's key in the request; off by
//                                              default. What one location took out of a request, no
//                                              later one of an internal redirect puts back
//
// What belongs to a location can stand in the server or http block as well, and is inherited.
#include "claviger_nginx.h"

static ngx_command_t claviger_commands[] = {
    {ngx_string("claviger_state"), NGX_HTTP_MAIN_CONF | NGX_CONF_TAKE1, claviger_set_state,
     NGX_HTTP_MAIN_CONF_OFFSET, 0, NULL},

    {ngx_string("claviger"),
     NGX_HTTP_MAIN_CONF | NGX_HTTP_SRV_CONF | NGX_HTTP_LOC_CONF | NGX_CONF_1MORE, claviger_set_api,
     NGX_HTTP_LOC_CONF_OFFSET, 0, NULL},

    {ngx_string("claviger_mode"),
     NGX_HTTP_MAIN_CONF | NGX_HTTP_SRV_CONF | NGX_HTTP_LOC_CONF | NGX_CONF_TAKE1, claviger_set_mode,
     NGX_HTTP_LOC_CONF_OFFSET, 0, NULL},

    {ngx_string("claviger_forward_key"),
     NGX_HTTP_MAIN_CONF | NGX_HTTP_SRV_CONF | NGX_HTTP_LOC_CONF | NGX_CONF_FLAG,
     ngx_conf_set_flag_slot, NGX_HTTP_LOC_CONF_OFFSET,
     offsetof(claviger_location_conf, forward_key), NULL},

    ngx_null_command};

static ngx_int_t prepare(ngx_conf_t* cf) {
  claviger_prepare_identity_headers();
  return claviger_add_phase_handlers(cf);
}

static ngx_http_module_t claviger_module_context = {
    .preconfiguration = claviger_add_variables,
    .postconfiguration = prepare,
    .create_main_conf = claviger_create_main_conf,
    .create_loc_conf = claviger_create_location_conf,
    .merge_loc_conf = claviger_merge_location_conf,
};

claviger_gate* claviger_gate_of(claviger_main_conf* conf) {
  // Opened here only where nginx runs without a master and reads its configuration anew, or where
  // there was no memory before.
  if (conf->gate == NULL) {
    conf->gate = claviger_gate_open((const char*)conf->directory.data);
  }
  return conf->gate;
}

static ngx_int_t start_worker(ngx_cycle_t* cycle) {
  claviger_main_conf* conf = ngx_http_cycle_get_module_main_conf(cycle, ngx_http_claviger_module);
  if (conf != NULL && conf->directory.len != 0 && claviger_gate_of(conf) == NULL) {
    ngx_log_error(NGX_LOG_ALERT, cycle->log, 0,
                  "claviger: no memory to begin with; calls are refused with 503");
  }
  return NGX_OK;
}

static void end_worker(ngx_cycle_t* cycle) {
  claviger_main_conf* conf = ngx_http_cycle_get_module_main_conf(cycle, ngx_http_claviger_module);
  if (conf == NULL) return;
  claviger_gate_close(conf->gate);
  conf->gate = NULL;
}

ngx_module_t ngx_http_claviger_module = {
    NGX_MODULE_V1,
    &claviger_module_context,
    claviger_commands,
    NGX_HTTP_MODULE,
    NULL,          // init master
    NULL,          // init module
    start_worker,  // init process
    NULL,          // init thread
    NULL,          // exit thread
    end_worker,    // exit process
    NULL,          // exit master
    NGX_MODULE_V1_PADDING,
};

// What nginx looks for in a loadable module.
ngx_module_t* ngx_modules[] = {&ngx_http_claviger_module, NULL};
char* ngx_module_names[] = {"ngx_http_claviger_module", NULL};
char* ngx_module_order[] = {NULL};
