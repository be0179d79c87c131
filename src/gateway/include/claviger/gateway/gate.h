// The gate: what the nginx module calls to have a request judged and counted.
//
// The interface is C, because nginx is; behind it stand the keyring's reader, the counters and
// core::decide(). Nothing here throws, blocks or keeps a pointer of the caller's. A gate belongs to
// one process and one thread: a worker opens its own, the master none.
//
//   claviger_gate* gate = claviger_gate_open("/run/claviger/gateway");
//   claviger_gate_decide(gate, &call, &decision, &notice);
//   if (decision.outcome == CLAVIGER_ALLOWED) …pass on, and once it is logged:
//     claviger_gate_count(&decision);
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// NOLINTBEGIN(modernize-use-using): C has no "using".

#ifdef __cplusplus
extern "C" {
#endif

typedef struct claviger_gate claviger_gate;

/// Bytes of somebody else's; no terminating zero.
typedef struct {
  const char* data;
  size_t size;
} claviger_text;

// ---- header names

/// The values of core::HeaderRole.
typedef enum {
  CLAVIGER_HEADER_OTHER,
  CLAVIGER_HEADER_CARRIER,        ///< may carry a credential
  CLAVIGER_HEADER_CARRIER_ALIAS,  ///< a spelling that an upstream may take for a carrier
  CLAVIGER_HEADER_IDENTITY,       ///< only the gateway may set it
  CLAVIGER_HEADER_OVERRIDE,       ///< asks the upstream to read another method or path
} claviger_header_role;

typedef struct {
  uint8_t role;     ///< a claviger_header_role
  uint8_t carrier;  ///< which carrier, by the number of core::Carrier; for the first two roles
} claviger_header_meaning;

/// What the name of a header means, whatever its spelling.
claviger_header_meaning claviger_meaning_of_header(claviger_text name);

// ---- calls

/// One header whose role is CLAVIGER_HEADER_CARRIER or CLAVIGER_HEADER_CARRIER_ALIAS.
typedef struct {
  claviger_header_meaning meaning;
  claviger_text value;
} claviger_header;

/// What the edge found wrong with a request as such; refused before anything is looked up.
typedef enum {
  CLAVIGER_FAULT_NONE,
  CLAVIGER_FAULT_HTTP_VERSION,    ///< neither HTTP/1.0 nor 1.1 nor 2
  CLAVIGER_FAULT_TWO_HOSTS,       ///< the target and the Host header name different hosts
  CLAVIGER_FAULT_OTHER_TLS_NAME,  ///< TLS was negotiated for another host than the request names
} claviger_fault;

typedef enum {
  CLAVIGER_ADDRESS_NONE,  ///< a peer without an IP address: judged as "::", which is nobody's
  CLAVIGER_ADDRESS_V4,    ///< the first four bytes
  CLAVIGER_ADDRESS_V6,    ///< all sixteen bytes
} claviger_address_kind;

typedef struct {
  claviger_address_kind kind;
  uint8_t bytes[16];  ///< in network order
} claviger_address;

/// A request as it is to be judged. All that it points to outlives the call.
typedef struct {
  claviger_text api;          ///< name of the API that the location guards
  claviger_text method;       ///< as sent
  claviger_text target;       ///< path and query as the client sent them
  claviger_text routed_path;  ///< what a rewrite made of the client's path; else empty
  const claviger_header* headers;
  size_t header_count;
  claviger_address peer;
  claviger_fault fault;
  bool has_origin;            ///< an Origin header
  bool has_requested_method;  ///< an Access-Control-Request-Method header
} claviger_call;

// ---- decisions

/// The zero value is a refusal.
typedef enum {
  CLAVIGER_REFUSED,
  CLAVIGER_ALLOWED,    ///< pass it on, and count it
  CLAVIGER_PREFLIGHT,  ///< a CORS preflight: pass it on, count nothing
} claviger_outcome;

enum { CLAVIGER_ID_SIZE = 30 };

/// An id in its text form ("key_01kat0q6…"), or nothing.
typedef struct {
  uint8_t size;  ///< 0 or CLAVIGER_ID_SIZE
  char text[CLAVIGER_ID_SIZE];
} claviger_id;

/// What was decided. The texts `reason`, `code` and `detail` live as long as the program.
typedef struct {
  claviger_outcome outcome;
  int status;            ///< of the answer to a refused call
  claviger_text reason;  ///< for logs alone: it may tell more than the caller may know
  claviger_text code;    ///< for the answer; the same for all whose credential is not valid
  claviger_text detail;  ///< for the answer: a sentence
  bool caller_is_known;  ///< presented a full valid secret: who it is stands in the ids below
  uint8_t carrier;       ///< of the credential, by the number of core::Carrier
  claviger_id decision_id;
  claviger_id key_id;
  claviger_id application_id;
  claviger_id organization_id;
  claviger_id user_id;
  claviger_text scopes;  ///< if allowed: names, a space between; valid until the gate's next call
  uint64_t* counter;     ///< if allowed: where claviger_gate_count() counts
  uint64_t used_secret;  ///< if allowed: what is noted beside the count, as keyring::UseNote
  uint64_t used_network;
  int64_t decided_at;  ///< microseconds since 1970
} claviger_decision;

typedef enum {
  CLAVIGER_NOTICE_NONE,
  CLAVIGER_NOTICE_TROUBLE,  ///< why calls are refused with 503
  CLAVIGER_NOTICE_HEALED,
} claviger_notice_kind;

/// Something for the error log. Each trouble is told when it begins or changes, and then every ten
/// seconds for as long as it lasts.
typedef struct {
  claviger_notice_kind kind;
  claviger_text text;  ///< a sentence; valid until the gate's next call
} claviger_notice;

/// A gate on a state directory (docs/operations.md). The directory may be absent or empty: the gate
/// then refuses, and heals by itself. NULL if there is no memory.
claviger_gate* claviger_gate_open(const char* directory);

void claviger_gate_close(claviger_gate* gate);

/// Judges one call, as of now. A gate that is NULL refuses.
void claviger_gate_decide(claviger_gate* gate, const claviger_call* call,
                          claviger_decision* decision, claviger_notice* notice);

/// Counts one call; only for a decision that allowed it, at any time after.
void claviger_gate_count(const claviger_decision* decision);

/// Counts a request that a protected location answered without a decision. A gate that is NULL does
/// not count.
void claviger_gate_count_undecided(claviger_gate* gate);

enum { CLAVIGER_PROBLEM_ROOM = 1024 };

/// Writes the problem document (RFC 9457) that answers a refused call into `out`, which has room
/// for CLAVIGER_PROBLEM_ROOM bytes; returns its size. Whoever is not known gets no decision id.
size_t claviger_write_problem(const claviger_decision* decision, char* out);

/// True for a name that an API can have.
bool claviger_is_api_name(claviger_text name);

#ifdef __cplusplus
}
#endif

// NOLINTEND(modernize-use-using): the end of what is C.
