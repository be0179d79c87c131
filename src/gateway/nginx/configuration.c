// What the directives mean, and what is wrong with them: `nginx -t` says it in sentences.
#include "claviger_nginx.h"

#include <linux/magic.h>
#include <sys/vfs.h>

// Of nginx itself, which names it in no header.
extern ngx_module_t ngx_http_rewrite_module;

void* claviger_create_main_conf(ngx_conf_t* cf) {
  return ngx_pcalloc(cf->pool, sizeof(claviger_main_conf));
}

void* claviger_create_location_conf(ngx_conf_t* cf) {
  claviger_location_conf* conf = ngx_pcalloc(cf->pool, sizeof(*conf));
  if (conf == NULL) return NULL;
  conf->api = NGX_CONF_UNSET_PTR;
  conf->mode = NGX_CONF_UNSET_UINT;
  conf->forward_key = NGX_CONF_UNSET;
  return conf;
}

// ---- directives

/// A state directory on a disk works, but stops the worker whenever the disk is busy.
static void warn_unless_in_memory(ngx_conf_t* cf, const ngx_str_t* directory) {
  struct statfs facts;
  if (statfs((const char*)directory->data, &facts) != 0) {
    ngx_conf_log_error(NGX_LOG_WARN, cf, ngx_errno,
                       "claviger_state: \"%V\" is not there yet; every call is refused until the "
                       "agent has made it",
                       directory);
  } else if (facts.f_type != TMPFS_MAGIC) {
    ngx_conf_log_error(NGX_LOG_WARN, cf, 0,
                       "claviger_state: \"%V\" is not on tmpfs; requests wait whenever its disk is "
                       "busy. Put it below /run",
                       directory);
  }
}

char* claviger_set_state(ngx_conf_t* cf, ngx_command_t* command, void* conf) {
  (void)command;
  claviger_main_conf* main_conf = conf;
  const ngx_str_t* value = cf->args->elts;
  if (main_conf->directory.len != 0) return "is duplicate: name one directory";
  main_conf->directory = value[1];
  while (main_conf->directory.len > 1 &&
         main_conf->directory.data[main_conf->directory.len - 1] == '/') {
    main_conf->directory.data[--main_conf->directory.len] = '\0';
  }
  if (main_conf->directory.len == 0) return "needs the directory of the keyring";
  if (ngx_conf_full_name(cf->cycle, &main_conf->directory, 0) != NGX_OK) return NGX_CONF_ERROR;
  warn_unless_in_memory(cf, &main_conf->directory);
  return NGX_CONF_OK;
}

static bool is_word(const ngx_str_t* value, const char* word) {
  return ngx_strcmp(value->data, word) == 0;
}

char* claviger_set_api(ngx_conf_t* cf, ngx_command_t* command, void* conf) {
  (void)command;
  claviger_location_conf* location = conf;
  const ngx_str_t* value = cf->args->elts;
  if (location->api != NGX_CONF_UNSET_PTR) return "is duplicate: a location guards one API";
  location->declared_in = cf->conf_file->file.name;
  location->declared_at = cf->conf_file->line;
  if (cf->args->nelts == 2 && is_word(&value[1], "off")) {
    location->api = NULL;
    return NGX_CONF_OK;
  }
  if (cf->args->nelts != 3 || !is_word(&value[1], "api")) {
    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "\"claviger %V\" means nothing: write \"claviger api NAME;\" to guard an "
                       "API, or \"claviger off;\"",
                       &value[1]);
    return NGX_CONF_ERROR;
  }
  if (!claviger_is_api_name(claviger_text_of(value[2]))) {
    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "\"%V\" cannot be the name of an API: write its name in the catalog, of at "
                       "most 64 of a-z, 0-9 and inner \"-\", \"_\", \".\"",
                       &value[2]);
    return NGX_CONF_ERROR;
  }
  // The directive's words lie where the next directive's will.
  ngx_str_t* api = ngx_palloc(cf->pool, sizeof(*api));
  if (api == NULL) return NGX_CONF_ERROR;
  *api = value[2];
  location->api = api;
  return NGX_CONF_OK;
}

char* claviger_set_mode(ngx_conf_t* cf, ngx_command_t* command, void* conf) {
  (void)command;
  claviger_location_conf* location = conf;
  const ngx_str_t* value = cf->args->elts;
  if (location->mode != NGX_CONF_UNSET_UINT) return "is duplicate";
  if (is_word(&value[1], "enforce")) {
    location->mode = CLAVIGER_ENFORCE;
  } else if (is_word(&value[1], "observe")) {
    location->mode = CLAVIGER_OBSERVE;
  } else {
    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "\"claviger_mode %V\" means nothing: write \"enforce\", or \"observe\" to "
                       "refuse nothing and only log",
                       &value[1]);
    return NGX_CONF_ERROR;
  }
  return NGX_CONF_OK;
}

// ---- what does not go together with a protected location

/// Writes one warning about a protected location: where it is, then what is wrong.
static void warn(ngx_conf_t* cf, const claviger_location_conf* location, const char* what) {
  const ngx_http_core_loc_conf_t* core =
      ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);
  const ngx_str_t no_name = ngx_string("(the server itself)");
  ngx_log_error(NGX_LOG_WARN, cf->log, 0, "claviger: location %V, protected in %V:%ui: %s",
                core->name.len != 0 ? &core->name : &no_name, &location->declared_in,
                location->declared_at, what);
}

/// True if the location's compiled rewrite rules hold a `return`.
static bool has_return(ngx_conf_t* cf) {
  // The rewrite module keeps its rules in the first member of its configuration, which it shows to
  // nobody. It is nginx's own, and nginx loads this module only if built for the very same version.
  ngx_array_t* const* rules = ngx_http_conf_get_module_loc_conf(cf, ngx_http_rewrite_module);
  if (*rules == NULL) return false;
  const uintptr_t* word = (*rules)->elts;
  const uintptr_t* end = word + (*rules)->nelts / sizeof(*word);
  for (; word < end; ++word) {
    if (*word == (uintptr_t)ngx_http_script_return_code) return true;
  }
  return false;
}

static void warn_of_dangers(ngx_conf_t* cf, const claviger_location_conf* location) {
  claviger_main_conf* main_conf = ngx_http_conf_get_module_main_conf(cf, ngx_http_claviger_module);
  const ngx_http_core_loc_conf_t* core =
      ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);
  ngx_http_core_srv_conf_t* server = ngx_http_conf_get_module_srv_conf(cf, ngx_http_core_module);
  // An `if` is a location of its own to nginx, with the rules of the one around it.
  if (core->noname) return;
  if (has_return(cf)) {
    warn(cf, location,
         "\"return\" answers before claviger decides, and every request that it answers is logged "
         "as undecided. Put it into a location with \"claviger off;\"");
  }
  if (core->satisfy == NGX_HTTP_SATISFY_ANY) {
    warn(cf, location,
         "\"satisfy any\" does not weaken claviger: it decides before the access rules, and what "
         "it refuses stays refused");
  }
  const ngx_http_core_loc_conf_t* of_server = server->ctx->loc_conf[ngx_http_core_module.ctx_index];
  const ngx_log_t* error_log = of_server->error_log;
  if (error_log != NULL && error_log->log_level >= NGX_LOG_INFO && main_conf->warned_of != server) {
    main_conf->warned_of = server;
    warn(cf, location,
         "the error_log of its server is at level info or debug, where nginx writes credentials "
         "into it. Use notice or above");
  }
}

char* claviger_merge_location_conf(ngx_conf_t* cf, void* parent, void* child) {
  const claviger_location_conf* above = parent;
  claviger_location_conf* location = child;
  if (location->api == NGX_CONF_UNSET_PTR) {
    location->declared_in = above->declared_in;
    location->declared_at = above->declared_at;
  }
  ngx_conf_merge_ptr_value(location->api, above->api, NULL);
  ngx_conf_merge_uint_value(location->mode, above->mode, CLAVIGER_ENFORCE);
  ngx_conf_merge_value(location->forward_key, above->forward_key, 0);
  if (location->api == NULL) return NGX_CONF_OK;
  const claviger_main_conf* main_conf =
      ngx_http_conf_get_module_main_conf(cf, ngx_http_claviger_module);
  if (main_conf->directory.len == 0) {
    ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                  "\"claviger api %V\" in %V:%ui needs to know where the keyring is: add "
                  "\"claviger_state /run/claviger/gateway;\" to the http block",
                  location->api, &location->declared_in, location->declared_at);
    return NGX_CONF_ERROR;
  }
  warn_of_dangers(cf, location);
  return NGX_CONF_OK;
}
