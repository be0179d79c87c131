// Which headers go upstream: the client's, without those that are withheld, and ours.
//
// Removing must not move anything: nginx keeps pointers into the list (headers_in.host and its
// like). So the list's parts are made anew, each a run of headers that stay where they are. Its
// readers take a part behind the first for filled: an empty one is never made.
#include "claviger_nginx.h"

enum { IDENTITY_HEADERS = 6, ROOM = 4 };

static struct identity_header {
  ngx_str_t name;
  u_char* lower_case;
  ngx_uint_t hash;
} identity_headers[IDENTITY_HEADERS] = {
    {ngx_string("Claviger-Key-Id"), (u_char*)"claviger-key-id", 0},
    {ngx_string("Claviger-Application-Id"), (u_char*)"claviger-application-id", 0},
    {ngx_string("Claviger-Organization-Id"), (u_char*)"claviger-organization-id", 0},
    {ngx_string("Claviger-User-Id"), (u_char*)"claviger-user-id", 0},
    {ngx_string("Claviger-Scopes"), (u_char*)"claviger-scopes", 0},
    {ngx_string("Claviger-Decision-Id"), (u_char*)"claviger-decision-id", 0},
};

void claviger_prepare_identity_headers(void) {
  for (size_t i = 0; i < IDENTITY_HEADERS; ++i) {
    struct identity_header* header = &identity_headers[i];
    header->hash = ngx_hash_key(header->lower_case, header->name.len);
  }
}

static bool is_withheld(const ngx_table_elt_t* header, claviger_withheld withheld) {
  const claviger_header_meaning meaning = claviger_meaning_of_header(claviger_text_of(header->key));
  switch ((claviger_header_role)meaning.role) {
    case CLAVIGER_HEADER_OTHER:
      return false;
    case CLAVIGER_HEADER_CARRIER:
      return (withheld.carriers >> meaning.carrier & 1) != 0;
    case CLAVIGER_HEADER_CARRIER_ALIAS:
    case CLAVIGER_HEADER_OVERRIDE:
      return withheld.aliases_and_overrides;
    case CLAVIGER_HEADER_IDENTITY:
      return true;
  }
  return true;
}

static bool any_is_withheld(const ngx_http_request_t* r, claviger_withheld withheld) {
  for (const ngx_list_part_t* part = &r->headers_in.headers.part; part != NULL; part = part->next) {
    const ngx_table_elt_t* headers = part->elts;
    for (ngx_uint_t i = 0; i < part->nelts; ++i) {
      if (is_withheld(&headers[i], withheld)) return true;
    }
  }
  return false;
}

// ---- a list under construction

typedef struct {
  ngx_pool_t* pool;
  ngx_list_part_t first;
  ngx_list_part_t* last;  ///< NULL while there is none
} part_chain;

/// Appends a run of headers that stay where they are.
static ngx_int_t append_run(part_chain* chain, ngx_table_elt_t* headers, ngx_uint_t count) {
  if (count == 0) return NGX_OK;
  ngx_list_part_t* part = &chain->first;
  if (chain->last != NULL) {
    part = ngx_palloc(chain->pool, sizeof(*part));
    if (part == NULL) return NGX_ERROR;
    chain->last->next = part;
  }
  part->elts = headers;
  part->nelts = count;
  part->next = NULL;
  chain->last = part;
  return NGX_OK;
}

/// Appends what is left of a part of the old list.
static ngx_int_t append_kept(part_chain* chain, const ngx_list_part_t* part,
                             claviger_withheld withheld) {
  ngx_table_elt_t* headers = part->elts;
  ngx_uint_t start = 0;
  for (ngx_uint_t i = 0; i < part->nelts; ++i) {
    if (!is_withheld(&headers[i], withheld)) continue;
    if (append_run(chain, &headers[start], i - start) != NGX_OK) return NGX_ERROR;
    start = i + 1;
  }
  return append_run(chain, &headers[start], part->nelts - start);
}

/// Puts the chain in the place of the list.
static ngx_int_t put_in_place(ngx_list_t* list, const part_chain* chain) {
  if (chain->last == NULL) return ngx_list_init(list, chain->pool, ROOM, list->size);
  list->part = chain->first;
  list->last = chain->last == &chain->first ? &list->part : chain->last;
  // The last part is full by this: a header that somebody pushes later gets a part of its own, and
  // is not written behind the run, where a withheld one lies that nginx may still point to.
  list->nalloc = list->last->nelts;
  return NGX_OK;
}

static ngx_str_t text_of(const claviger_id* id) {
  ngx_str_t text = {id->size, (u_char*)id->text};
  return text;
}

static void write_identity(ngx_table_elt_t* headers, const claviger_decision* decision) {
  const ngx_str_t values[IDENTITY_HEADERS] = {
      text_of(&decision->key_id),
      text_of(&decision->application_id),
      text_of(&decision->organization_id),
      text_of(&decision->user_id),
      {decision->scopes.size, (u_char*)decision->scopes.data},
      text_of(&decision->decision_id),
  };
  for (size_t i = 0; i < IDENTITY_HEADERS; ++i) {
    headers[i].hash = identity_headers[i].hash;
    headers[i].key = identity_headers[i].name;
    headers[i].lowcase_key = identity_headers[i].lower_case;
    headers[i].value = values[i];
  }
}

/// nginx reads the credential of Basic through a pointer of its own.
static void forget_authorization(ngx_http_request_t* r, claviger_withheld withheld) {
  ngx_http_headers_in_t* in = &r->headers_in;
  if (in->authorization == NULL || !is_withheld(in->authorization, withheld)) return;
  in->authorization = NULL;
  ngx_str_null(&in->user);
  ngx_str_null(&in->passwd);
}

ngx_int_t claviger_edit_headers(ngx_http_request_t* r, claviger_withheld withheld,
                                const claviger_decision* decision) {
  ngx_list_t* list = &r->headers_in.headers;
  if (decision == NULL && !any_is_withheld(r, withheld)) return NGX_OK;
  forget_authorization(r, withheld);
  part_chain chain = {.pool = r->pool};
  for (const ngx_list_part_t* part = &list->part; part != NULL; part = part->next) {
    if (append_kept(&chain, part, withheld) != NGX_OK) return NGX_ERROR;
  }
  if (decision != NULL) {
    ngx_table_elt_t* ours = ngx_palloc(r->pool, IDENTITY_HEADERS * sizeof(*ours));
    if (ours == NULL) return NGX_ERROR;
    write_identity(ours, decision);
    if (append_run(&chain, ours, IDENTITY_HEADERS) != NGX_OK) return NGX_ERROR;
  }
  return put_in_place(list, &chain);
}
