-- The first schema: tenants, catalog, keys, gateways, change log and audit.
--
-- Ids are text in their prefixed form, times microseconds since 1970 (NULL: without end), flags 0
-- or 1, lists JSON (json.h), enumerations words. A table whose rows are inputs of the decision has
-- a column "version": the change of the log that last touched the row. Triggers refuse a row whose
-- version is not that of a change just recorded, so that no change can bypass the log.

-- The change log (docs/threats.md, C12). "is_open" is 1 from the moment at which an operation has
-- recorded its first change until the operation ends.
CREATE TABLE change_head (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  version BIGINT NOT NULL,
  epoch BIGINT NOT NULL,
  kept_after BIGINT NOT NULL,
  is_open INTEGER NOT NULL CHECK (is_open IN (0, 1))
);
INSERT INTO change_head (id, version, epoch, kept_after, is_open) VALUES (1, 1, 1, 1, 0);

CREATE TABLE changes (
  version BIGINT NOT NULL,
  ordinal BIGINT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('organization', 'right-set', 'user', 'api', 'application',
                                     'key')),
  subject TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (version, ordinal)
)
-- only: sqlite
WITHOUT ROWID
-- end
;

-- The last number given. API number 1 is the management API's; login numbers name personal access
-- tokens.
CREATE TABLE counters (
  name TEXT PRIMARY KEY,
  last BIGINT NOT NULL
);
INSERT INTO counters (name, last) VALUES ('api-number', 1), ('login-number', 0);

-- Who did what. Rows are only ever added; what they name may be gone one day. "changes" is JSON
-- (transaction.h), "hash" covers the row and the one before it (audit_chain.h).
CREATE TABLE audit (
  sequence BIGINT PRIMARY KEY,
  at BIGINT NOT NULL,
  actor_id TEXT,
  actor_key_id TEXT,
  organization_id TEXT,
  action TEXT NOT NULL,
  target_kind TEXT NOT NULL,
  target_id TEXT NOT NULL,
  changes TEXT NOT NULL,
  request_id TEXT NOT NULL,
  source_ip TEXT NOT NULL,
  hash TEXT NOT NULL
)
-- only: sqlite
WITHOUT ROWID
-- end
;
CREATE INDEX audit_by_organization ON audit (organization_id, sequence);
CREATE INDEX audit_by_actor ON audit (actor_id, organization_id, sequence);
CREATE INDEX audit_by_target ON audit (target_id, organization_id, sequence);

CREATE TABLE organizations (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  parent_id TEXT REFERENCES organizations (id),
  status TEXT NOT NULL CHECK (status IN ('enabled', 'disabled', 'deleted')),
  max_applications_per_user BIGINT,
  max_keys_per_application BIGINT,
  created_at BIGINT NOT NULL,
  version BIGINT NOT NULL
);

-- Each organization with itself and with all that it lies below.
CREATE TABLE organization_tree (
  ancestor_id TEXT NOT NULL REFERENCES organizations (id),
  descendant_id TEXT NOT NULL REFERENCES organizations (id),
  PRIMARY KEY (ancestor_id, descendant_id)
)
-- only: sqlite
WITHOUT ROWID
-- end
;
CREATE INDEX organization_tree_by_descendant ON organization_tree (descendant_id, ancestor_id);

-- Those that organizations made; the predefined ones are part of the program. "rights" as they were
-- asked for, "compiled" as they were understood at that time.
CREATE TABLE roles (
  id TEXT PRIMARY KEY,
  organization_id TEXT NOT NULL REFERENCES organizations (id),
  name TEXT NOT NULL,
  description TEXT NOT NULL,
  permissions TEXT NOT NULL,
  reach TEXT NOT NULL CHECK (reach IN ('organization', 'descendants')),
  rights TEXT NOT NULL,
  compiled TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  version BIGINT NOT NULL,
  UNIQUE (organization_id, name)
);

-- A deleted user keeps the row, for the keys and lines of the audit that name it, and frees the
-- address. "roles" is repeated in user_roles, which finds the users of a role.
CREATE TABLE users (
  id TEXT PRIMARY KEY,
  organization_id TEXT NOT NULL REFERENCES organizations (id),
  email TEXT NOT NULL,
  name TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('enabled', 'disabled', 'deleted')),
  roles TEXT NOT NULL,
  password_hash TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  last_sign_in_at BIGINT,
  version BIGINT NOT NULL
);
CREATE UNIQUE INDEX users_by_email ON users (email) WHERE status <> 'deleted';
CREATE INDEX users_by_organization ON users (organization_id, id);

CREATE TABLE user_roles (
  role_id TEXT NOT NULL,
  user_id TEXT NOT NULL REFERENCES users (id),
  PRIMARY KEY (role_id, user_id)
)
-- only: sqlite
WITHOUT ROWID
-- end
;
CREATE INDEX user_roles_by_user ON user_roles (user_id);

-- A session that is traded for the next is of the same family, which began with a sign-in.
CREATE TABLE sessions (
  id TEXT PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES users (id),
  family TEXT NOT NULL,
  token TEXT NOT NULL UNIQUE,
  signed_in_at BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  last_seen_at BIGINT NOT NULL,
  source_ip TEXT NOT NULL,
  user_agent TEXT NOT NULL,
  read_only INTEGER NOT NULL CHECK (read_only IN (0, 1)),
  refresh_token TEXT UNIQUE,
  refreshable_until BIGINT NOT NULL
);
CREATE INDEX sessions_by_user ON sessions (user_id);
CREATE INDEX sessions_by_family ON sessions (family);
CREATE INDEX sessions_by_end ON sessions (expires_at);

-- Refresh tokens that were traded: one that comes again has been stolen, or its successor has.
CREATE TABLE spent_refresh_tokens (
  digest TEXT PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES users (id),
  family TEXT NOT NULL,
  kept_until BIGINT NOT NULL
);
CREATE INDEX spent_refresh_tokens_by_end ON spent_refresh_tokens (kept_until);

-- Second factors of sign-ins: the secrets of one-time codes, sealed by a key that is not in the
-- database. "confirmed_at" is NULL until a first code has been right; "last_step" is the newest
-- whose code was used. Recovery codes stand in for a code, once each.
CREATE TABLE second_factors (
  user_id TEXT PRIMARY KEY REFERENCES users (id),
  sealed_secret TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  confirmed_at BIGINT,
  last_step BIGINT NOT NULL
);

CREATE TABLE recovery_codes (
  digest TEXT PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES users (id)
);
CREATE INDEX recovery_codes_by_user ON recovery_codes (user_id);

-- Links that work once: to choose a password.
CREATE TABLE password_links (
  digest TEXT PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES users (id),
  issuer_id TEXT NOT NULL REFERENCES users (id),
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX password_links_by_user ON password_links (user_id);
CREATE INDEX password_links_by_issuer ON password_links (issuer_id);
CREATE INDEX password_links_by_end ON password_links (expires_at);

-- Answers to requests with an Idempotency-Key, without their secrets. "id" and "body" are digests;
-- "status" is NULL while the first request is at work.
CREATE TABLE idempotent_requests (
  id TEXT PRIMARY KEY,
  body TEXT NOT NULL,
  began_at BIGINT NOT NULL,
  status BIGINT,
  answer TEXT NOT NULL
);
CREATE INDEX idempotent_requests_by_age ON idempotent_requests (began_at);

-- Applications on their way to another owner. "applications" is a list of ids.
CREATE TABLE handovers (
  id TEXT PRIMARY KEY,
  organization_id TEXT NOT NULL REFERENCES organizations (id),
  from_user_id TEXT NOT NULL REFERENCES users (id),
  to_user_id TEXT NOT NULL REFERENCES users (id),
  applications TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('pending', 'accepted', 'declined', 'withdrawn')),
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  decided_at BIGINT
);
CREATE INDEX handovers_by_receiver ON handovers (to_user_id, id);
CREATE INDEX handovers_by_giver ON handovers (from_user_id, id);

-- "max_staleness" in microseconds; NULL: serve always. "usual_expiry" and "most_expiry" are
-- intervals ("1y 6m"); NULL: none.
CREATE TABLE apis (
  id TEXT PRIMARY KEY,
  number BIGINT NOT NULL UNIQUE,
  organization_id TEXT NOT NULL REFERENCES organizations (id),
  name TEXT NOT NULL UNIQUE,
  title TEXT NOT NULL,
  base_path TEXT NOT NULL,
  upstream TEXT NOT NULL,
  standing TEXT NOT NULL CHECK (standing IN ('active', 'inactive')),
  carriers TEXT NOT NULL,
  lets_preflight_through INTEGER NOT NULL CHECK (lets_preflight_through IN (0, 1)),
  max_staleness BIGINT,
  usual_expiry TEXT,
  most_expiry TEXT,
  scopes TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  version BIGINT NOT NULL
);
CREATE INDEX apis_by_organization ON apis (organization_id, id);

-- "shape" is the path with its parameters' names taken out. A row stays when its endpoint
-- disappears, and keeps the number for it.
CREATE TABLE endpoints (
  id TEXT PRIMARY KEY,
  api_id TEXT NOT NULL REFERENCES apis (id),
  organization_id TEXT NOT NULL REFERENCES organizations (id),
  number BIGINT NOT NULL,
  method TEXT NOT NULL CHECK (method IN ('GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE',
                                         'OPTIONS')),
  path TEXT NOT NULL,
  shape TEXT NOT NULL,
  summary TEXT NOT NULL,
  scopes TEXT NOT NULL,
  is_present INTEGER NOT NULL CHECK (is_present IN (0, 1)),
  version BIGINT NOT NULL,
  UNIQUE (api_id, number),
  UNIQUE (api_id, method, shape)
);
-- What an API has had over its life may be much more than what it has.
CREATE INDEX endpoints_that_are_there ON endpoints (api_id, number) WHERE is_present = 1;

-- "organization_id" is the API's; "most" and "compiled" are lists of one grant.
CREATE TABLE api_consumers (
  api_id TEXT NOT NULL REFERENCES apis (id),
  consumer_id TEXT NOT NULL REFERENCES organizations (id),
  organization_id TEXT NOT NULL REFERENCES organizations (id),
  most TEXT NOT NULL,
  compiled TEXT NOT NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (api_id, consumer_id)
);
CREATE INDEX api_consumers_by_consumer ON api_consumers (consumer_id, api_id);

CREATE TABLE applications (
  id TEXT PRIMARY KEY,
  organization_id TEXT NOT NULL REFERENCES organizations (id),
  owner_id TEXT NOT NULL REFERENCES users (id),
  name TEXT NOT NULL,
  description TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('usual', 'personal-tokens')),
  status TEXT NOT NULL CHECK (status IN ('active', 'revoked')),
  created_at BIGINT NOT NULL,
  version BIGINT NOT NULL,
  UNIQUE (id, organization_id)
);
CREATE INDEX applications_by_organization ON applications (organization_id, id);
CREATE INDEX applications_by_owner ON applications (owner_id, organization_id, id);
CREATE UNIQUE INDEX applications_of_personal_tokens ON applications (owner_id)
WHERE kind = 'personal-tokens' AND status = 'active';

-- "grants" as they were asked for, "compiled" as they were understood at that time, without those
-- that are "withdrawn" (names of APIs). "owner_id" is the application's, kept by a trigger. Names
-- and prefixes are ordered by their bytes, whatever the database's locale is.
CREATE TABLE access_keys (
  id TEXT PRIMARY KEY,
  organization_id TEXT NOT NULL,
  application_id TEXT NOT NULL,
  owner_id TEXT NOT NULL,
  maker_id TEXT NOT NULL REFERENCES users (id),
  kind TEXT NOT NULL CHECK (kind IN ('ak', 'pat', 'oat', 'ort', 'cs', 'agt', 'ses')),
-- only: sqlite
  name TEXT NOT NULL,
  prefix TEXT NOT NULL,
-- end
-- only: postgresql
  name TEXT COLLATE "C" NOT NULL,
  prefix TEXT COLLATE "C" NOT NULL,
-- end
  description TEXT NOT NULL,
  last_four TEXT NOT NULL,
  grants TEXT NOT NULL,
  compiled TEXT NOT NULL,
  withdrawn TEXT NOT NULL,
  scopes TEXT NOT NULL,
  classes TEXT NOT NULL,
  metadata TEXT NOT NULL,
  read_only INTEGER NOT NULL CHECK (read_only IN (0, 1)),
  not_before BIGINT NOT NULL,
  expires_at BIGINT,
  allowed_ips TEXT,
  state TEXT NOT NULL CHECK (state IN ('pending', 'active', 'disabled', 'revoked', 'rejected')),
  created_at BIGINT NOT NULL,
  revoked_at BIGINT,
  revoke_reason TEXT CHECK (revoke_reason IN ('compromised', 'superseded', 'contract_ended',
                                              'owner_left', 'api_defect', 'other')),
  revoke_comment TEXT NOT NULL,
  predecessor_id TEXT,
  successor_id TEXT,
  login_number BIGINT UNIQUE,
  version BIGINT NOT NULL,
  FOREIGN KEY (application_id, organization_id) REFERENCES applications (id, organization_id)
);
-- With the organization in it, because every statement names that too, and a planner without
-- statistics would else take the wider index.
-- With what the keys of an application are counted by (count_keys_of_application()).
CREATE INDEX access_keys_by_application
ON access_keys (application_id, organization_id, id, state, expires_at);
CREATE INDEX access_keys_by_organization ON access_keys (organization_id, id);
CREATE INDEX access_keys_by_owner ON access_keys (owner_id, organization_id, id);
CREATE INDEX access_keys_by_maker ON access_keys (maker_id, organization_id, id);
-- One for each order and filter of the lists of keys (key_list.cc): within an organization, and
-- for those who see all of them.
CREATE INDEX access_keys_by_name ON access_keys (organization_id, name, id);
CREATE INDEX access_keys_by_prefix ON access_keys (organization_id, prefix, id);
CREATE INDEX access_keys_by_state ON access_keys (organization_id, state, id);
CREATE INDEX access_keys_by_end
ON access_keys (organization_id, COALESCE(expires_at, 9223372036854775807), id);
CREATE INDEX access_keys_of_all_by_name ON access_keys (name, id);
CREATE INDEX access_keys_of_all_by_prefix ON access_keys (prefix, id);
CREATE INDEX access_keys_of_all_by_state ON access_keys (state, id);
CREATE INDEX access_keys_of_all_by_end
ON access_keys (COALESCE(expires_at, 9223372036854775807), id);
CREATE INDEX access_keys_by_login ON access_keys (organization_id, login_number)
WHERE login_number IS NOT NULL;
CREATE INDEX access_keys_that_end ON access_keys (organization_id, state, expires_at)
WHERE expires_at IS NOT NULL;

-- How many keys of each state an organization has; kept by triggers.
CREATE TABLE key_counts (
  organization_id TEXT NOT NULL,
  state TEXT NOT NULL,
  keys BIGINT NOT NULL,
  PRIMARY KEY (organization_id, state)
);

-- The APIs on which a key holds a grant that was not withdrawn. "organization_id" is the key's.
CREATE TABLE key_apis (
  api_id TEXT NOT NULL REFERENCES apis (id),
  key_id TEXT NOT NULL REFERENCES access_keys (id),
  organization_id TEXT NOT NULL,
  PRIMARY KEY (api_id, key_id)
);
CREATE INDEX key_apis_by_organization ON key_apis (api_id, organization_id, key_id);
CREATE INDEX key_apis_by_key ON key_apis (key_id);

CREATE TABLE key_secrets (
  digest TEXT PRIMARY KEY,
  key_id TEXT NOT NULL REFERENCES access_keys (id),
  organization_id TEXT NOT NULL,
  prefix TEXT NOT NULL,
  last_four TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  not_after BIGINT,
  revoked INTEGER NOT NULL CHECK (revoked IN (0, 1)),
  version BIGINT NOT NULL
)
-- only: sqlite
WITHOUT ROWID
-- end
;
CREATE INDEX key_secrets_by_key ON key_secrets (key_id);

-- Secrets that were somebody's and never work again, whoever brings them (docs/threats.md, K05).
CREATE TABLE retired_secrets (
  digest TEXT PRIMARY KEY,
  key_id TEXT NOT NULL,
  retired_at BIGINT NOT NULL
)
-- only: sqlite
WITHOUT ROWID
-- end
;

CREATE TABLE gateways (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  host TEXT NOT NULL,
  software_version TEXT NOT NULL,
  epoch BIGINT NOT NULL,
  applied_version BIGINT NOT NULL,
  last_seen_at BIGINT NOT NULL
);

-- No change of a decision's input without its entry in the change log; no revocation undone
-- (docs/threats.md, I4); no audit rewritten.

-- only: sqlite
CREATE TRIGGER organizations_insert BEFORE INSERT ON organizations
WHEN NOT EXISTS (SELECT 1 FROM change_head WHERE is_open = 1 AND version = NEW.version)
BEGIN SELECT RAISE(ABORT, 'a change of organizations was not recorded'); END;
CREATE TRIGGER organizations_update BEFORE UPDATE ON organizations
WHEN NOT EXISTS (SELECT 1 FROM change_head WHERE is_open = 1 AND version = NEW.version)
BEGIN SELECT RAISE(ABORT, 'a change of organizations was not recorded'); END;
CREATE TRIGGER organizations_delete BEFORE DELETE ON organizations
WHEN NOT EXISTS (SELECT 1 FROM change_head WHERE is_open = 1)
BEGIN SELECT RAISE(ABORT, 'a change of organizations was not recorded'); END;

CREATE TRIGGER roles_insert BEFORE INSERT ON roles
WHEN NOT EXISTS (SELECT 1 FROM change_head WHERE is_open = 1 AND version = NEW.version)
BEGIN SELECT RAISE(ABORT, 'a change of roles was not recorded'); END;
CREATE TRIGGER roles_update BEFORE UPDATE ON roles
WHEN NOT EXISTS (SELECT 1 FROM change_head WHERE is_open = 1 AND version = NEW.version)
BEGIN SELECT RAISE(ABORT, 'a change of roles was not recorded'); END;
CREATE TRIGGER roles_delete BEFORE DELETE ON roles
WHEN NOT EXISTS (SELECT 1 FROM change_head WHERE is_open = 1)
BEGIN SELECT RAISE(ABORT, 'a change of roles was not recorded'); END;

CREATE TRIGGER users_insert BEFORE INSERT ON users
WHEN NOT EXISTS (SELECT 1 FROM change_head WHERE is_open = 1 AND version = NEW.version)
BEGIN SELECT RAISE(ABORT, 'a change of users was not recorded'); END;
CREATE TRIGGER users_update
BEFORE UPDATE OF id, organization_id, email, name, status, roles, version ON users
WHEN NOT EXISTS (SELECT 1 FROM change_head WHERE is_open = 1 AND version = NEW.version)
BEGIN SELECT RAISE(ABORT, 'a change of users was not recorded'); END;
CREATE TRIGGER users_delete BEFORE DELETE ON users
WHEN NOT EXISTS (SELECT 1 FROM change_head WHERE is_open = 1)
BEGIN SELECT RAISE(ABORT, 'a change of users was not recorded'); END;

CREATE TRIGGER apis_insert BEFORE INSERT ON apis
WHEN NOT EXISTS (SELECT 1 FROM change_head WHERE is_open = 1 AND version = NEW.version)
BEGIN SELECT RAISE(ABORT, 'a change of apis was not recorded'); END;
CREATE TRIGGER apis_update BEFORE UPDATE ON apis
WHEN NOT EXISTS (SELECT 1 FROM change_head WHERE is_open = 1 AND version = NEW.version)
BEGIN SELECT RAISE(ABORT, 'a change of apis was not recorded'); END;
CREATE TRIGGER apis_delete BEFORE DELETE ON apis
WHEN NOT EXISTS (SELECT 1 FROM change_head WHERE is_open = 1)
BEGIN SELECT RAISE(ABORT, 'a change of apis was not recorded'); END;

CREATE TRIGGER endpoints_insert BEFORE INSERT ON endpoints
WHEN NOT EXISTS (SELECT 1 FROM change_head WHERE is_open = 1 AND version = NEW.version)
BEGIN SELECT RAISE(ABORT, 'a change of endpoints was not recorded'); END;
CREATE TRIGGER endpoints_update BEFORE UPDATE ON endpoints
WHEN NOT EXISTS (SELECT 1 FROM change_head WHERE is_open = 1 AND version = NEW.version)
BEGIN SELECT RAISE(ABORT, 'a change of endpoints was not recorded'); END;
CREATE TRIGGER endpoints_delete BEFORE DELETE ON endpoints
WHEN NOT EXISTS (SELECT 1 FROM change_head WHERE is_open = 1)
BEGIN SELECT RAISE(ABORT, 'a change of endpoints was not recorded'); END;

CREATE TRIGGER api_consumers_insert BEFORE INSERT ON api_consumers
WHEN NOT EXISTS (SELECT 1 FROM change_head WHERE is_open = 1 AND version = NEW.version)
BEGIN SELECT RAISE(ABORT, 'a change of api_consumers was not recorded'); END;
CREATE TRIGGER api_consumers_update BEFORE UPDATE ON api_consumers
WHEN NOT EXISTS (SELECT 1 FROM change_head WHERE is_open = 1 AND version = NEW.version)
BEGIN SELECT RAISE(ABORT, 'a change of api_consumers was not recorded'); END;
CREATE TRIGGER api_consumers_delete BEFORE DELETE ON api_consumers
WHEN NOT EXISTS (SELECT 1 FROM change_head WHERE is_open = 1)
BEGIN SELECT RAISE(ABORT, 'a change of api_consumers was not recorded'); END;

CREATE TRIGGER applications_insert BEFORE INSERT ON applications
WHEN NOT EXISTS (SELECT 1 FROM change_head WHERE is_open = 1 AND version = NEW.version)
BEGIN SELECT RAISE(ABORT, 'a change of applications was not recorded'); END;
CREATE TRIGGER applications_update BEFORE UPDATE ON applications
WHEN NOT EXISTS (SELECT 1 FROM change_head WHERE is_open = 1 AND version = NEW.version)
BEGIN SELECT RAISE(ABORT, 'a change of applications was not recorded'); END;
CREATE TRIGGER applications_delete BEFORE DELETE ON applications
WHEN NOT EXISTS (SELECT 1 FROM change_head WHERE is_open = 1)
BEGIN SELECT RAISE(ABORT, 'a change of applications was not recorded'); END;

CREATE TRIGGER access_keys_insert BEFORE INSERT ON access_keys
WHEN NOT EXISTS (SELECT 1 FROM change_head WHERE is_open = 1 AND version = NEW.version)
BEGIN SELECT RAISE(ABORT, 'a change of access_keys was not recorded'); END;
CREATE TRIGGER access_keys_update BEFORE UPDATE ON access_keys
WHEN NOT EXISTS (SELECT 1 FROM change_head WHERE is_open = 1 AND version = NEW.version)
BEGIN SELECT RAISE(ABORT, 'a change of access_keys was not recorded'); END;
CREATE TRIGGER access_keys_delete BEFORE DELETE ON access_keys
WHEN NOT EXISTS (SELECT 1 FROM change_head WHERE is_open = 1)
BEGIN SELECT RAISE(ABORT, 'a change of access_keys was not recorded'); END;

CREATE TRIGGER key_secrets_insert BEFORE INSERT ON key_secrets
WHEN NOT EXISTS (SELECT 1 FROM change_head WHERE is_open = 1 AND version = NEW.version)
BEGIN SELECT RAISE(ABORT, 'a change of key_secrets was not recorded'); END;
CREATE TRIGGER key_secrets_update BEFORE UPDATE ON key_secrets
WHEN NOT EXISTS (SELECT 1 FROM change_head WHERE is_open = 1 AND version = NEW.version)
BEGIN SELECT RAISE(ABORT, 'a change of key_secrets was not recorded'); END;
CREATE TRIGGER key_secrets_delete BEFORE DELETE ON key_secrets
WHEN NOT EXISTS (SELECT 1 FROM change_head WHERE is_open = 1)
BEGIN SELECT RAISE(ABORT, 'a change of key_secrets was not recorded'); END;

CREATE TRIGGER organizations_deleted BEFORE UPDATE OF status ON organizations
WHEN OLD.status = 'deleted' AND NEW.status <> 'deleted'
BEGIN SELECT RAISE(ABORT, 'a deletion is final'); END;
CREATE TRIGGER users_deleted BEFORE UPDATE OF status ON users
WHEN OLD.status = 'deleted' AND NEW.status <> 'deleted'
BEGIN SELECT RAISE(ABORT, 'a deletion is final'); END;
CREATE TRIGGER applications_revoked BEFORE UPDATE OF status ON applications
WHEN OLD.status = 'revoked' AND NEW.status <> 'revoked'
BEGIN SELECT RAISE(ABORT, 'a revocation is final'); END;
CREATE TRIGGER access_keys_revoked BEFORE UPDATE OF state ON access_keys
WHEN OLD.state = 'revoked' AND NEW.state <> 'revoked'
BEGIN SELECT RAISE(ABORT, 'a revocation is final'); END;
CREATE TRIGGER key_secrets_revoked BEFORE UPDATE OF revoked ON key_secrets
WHEN OLD.revoked = 1 AND NEW.revoked <> 1
BEGIN SELECT RAISE(ABORT, 'a revocation is final'); END;

CREATE TRIGGER key_secrets_retired BEFORE INSERT ON key_secrets
WHEN EXISTS (SELECT 1 FROM retired_secrets WHERE digest = NEW.digest)
BEGIN SELECT RAISE(ABORT, 'a retired secret is retired for ever'); END;
CREATE TRIGGER retired_secrets_update BEFORE UPDATE ON retired_secrets
BEGIN SELECT RAISE(ABORT, 'a retired secret is retired for ever'); END;
CREATE TRIGGER retired_secrets_delete BEFORE DELETE ON retired_secrets
BEGIN SELECT RAISE(ABORT, 'a retired secret is retired for ever'); END;
CREATE TRIGGER access_keys_final BEFORE DELETE ON access_keys
WHEN OLD.state NOT IN ('revoked', 'rejected')
BEGIN SELECT RAISE(ABORT, 'only what is revoked or rejected can be deleted'); END;

CREATE TRIGGER access_keys_counted AFTER INSERT ON access_keys
BEGIN
  INSERT INTO key_counts (organization_id, state, keys) VALUES (NEW.organization_id, NEW.state, 1)
  ON CONFLICT (organization_id, state) DO UPDATE SET keys = keys + 1;
END;
CREATE TRIGGER access_keys_recounted AFTER UPDATE OF state ON access_keys
WHEN OLD.state <> NEW.state
BEGIN
  UPDATE key_counts SET keys = keys - 1
  WHERE organization_id = OLD.organization_id AND state = OLD.state;
  INSERT INTO key_counts (organization_id, state, keys) VALUES (NEW.organization_id, NEW.state, 1)
  ON CONFLICT (organization_id, state) DO UPDATE SET keys = keys + 1;
END;
CREATE TRIGGER access_keys_discounted AFTER DELETE ON access_keys
BEGIN
  UPDATE key_counts SET keys = keys - 1
  WHERE organization_id = OLD.organization_id AND state = OLD.state;
END;
CREATE TRIGGER applications_handed_over AFTER UPDATE OF owner_id ON applications
WHEN OLD.owner_id <> NEW.owner_id
BEGIN
  UPDATE access_keys SET owner_id = NEW.owner_id, version = NEW.version
  WHERE application_id = NEW.id AND organization_id = NEW.organization_id;
END;

CREATE TRIGGER audit_update BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit is only ever added to'); END;
CREATE TRIGGER audit_delete BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit is only ever added to'); END;
-- end

-- only: postgresql
CREATE FUNCTION require_recorded_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF EXISTS (SELECT 1 FROM change_head WHERE is_open = 1) THEN
      RETURN OLD;
    END IF;
  ELSIF EXISTS (SELECT 1 FROM change_head WHERE is_open = 1 AND version = NEW.version) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'a change of % was not recorded', TG_TABLE_NAME;
END $$;

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '%', TG_ARGV[0];
END $$;

CREATE TRIGGER organizations_change BEFORE INSERT OR UPDATE OR DELETE ON organizations
FOR EACH ROW EXECUTE FUNCTION require_recorded_change();
CREATE TRIGGER roles_change BEFORE INSERT OR UPDATE OR DELETE ON roles
FOR EACH ROW EXECUTE FUNCTION require_recorded_change();
CREATE TRIGGER users_change BEFORE INSERT OR DELETE
OR UPDATE OF id, organization_id, email, name, status, roles, version ON users
FOR EACH ROW EXECUTE FUNCTION require_recorded_change();
CREATE TRIGGER apis_change BEFORE INSERT OR UPDATE OR DELETE ON apis
FOR EACH ROW EXECUTE FUNCTION require_recorded_change();
CREATE TRIGGER endpoints_change BEFORE INSERT OR UPDATE OR DELETE ON endpoints
FOR EACH ROW EXECUTE FUNCTION require_recorded_change();
CREATE TRIGGER api_consumers_change BEFORE INSERT OR UPDATE OR DELETE ON api_consumers
FOR EACH ROW EXECUTE FUNCTION require_recorded_change();
CREATE TRIGGER applications_change BEFORE INSERT OR UPDATE OR DELETE ON applications
FOR EACH ROW EXECUTE FUNCTION require_recorded_change();
CREATE TRIGGER access_keys_change BEFORE INSERT OR UPDATE OR DELETE ON access_keys
FOR EACH ROW EXECUTE FUNCTION require_recorded_change();
CREATE TRIGGER key_secrets_change BEFORE INSERT OR UPDATE OR DELETE ON key_secrets
FOR EACH ROW EXECUTE FUNCTION require_recorded_change();

CREATE TRIGGER organizations_deleted BEFORE UPDATE OF status ON organizations
FOR EACH ROW WHEN (OLD.status = 'deleted' AND NEW.status <> 'deleted')
EXECUTE FUNCTION refuse_change('a deletion is final');
CREATE TRIGGER users_deleted BEFORE UPDATE OF status ON users
FOR EACH ROW WHEN (OLD.status = 'deleted' AND NEW.status <> 'deleted')
EXECUTE FUNCTION refuse_change('a deletion is final');
CREATE TRIGGER applications_revoked BEFORE UPDATE OF status ON applications
FOR EACH ROW WHEN (OLD.status = 'revoked' AND NEW.status <> 'revoked')
EXECUTE FUNCTION refuse_change('a revocation is final');
CREATE TRIGGER access_keys_revoked BEFORE UPDATE OF state ON access_keys
FOR EACH ROW WHEN (OLD.state = 'revoked' AND NEW.state <> 'revoked')
EXECUTE FUNCTION refuse_change('a revocation is final');
CREATE TRIGGER key_secrets_revoked BEFORE UPDATE OF revoked ON key_secrets
FOR EACH ROW WHEN (OLD.revoked = 1 AND NEW.revoked <> 1)
EXECUTE FUNCTION refuse_change('a revocation is final');

CREATE FUNCTION refuse_retired_secret() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM retired_secrets WHERE digest = NEW.digest) THEN
    RAISE EXCEPTION 'a retired secret is retired for ever';
  END IF;
  RETURN NEW;
END $$;
CREATE FUNCTION count_keys() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN
    UPDATE key_counts SET keys = keys - 1
    WHERE organization_id = OLD.organization_id AND state = OLD.state;
  END IF;
  IF TG_OP <> 'DELETE' THEN
    INSERT INTO key_counts (organization_id, state, keys)
    VALUES (NEW.organization_id, NEW.state, 1)
    ON CONFLICT (organization_id, state) DO UPDATE SET keys = key_counts.keys + 1;
  END IF;
  RETURN NULL;
END $$;
CREATE FUNCTION hand_keys_over() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE access_keys SET owner_id = NEW.owner_id, version = NEW.version
  WHERE application_id = NEW.id AND organization_id = NEW.organization_id;
  RETURN NULL;
END $$;
CREATE TRIGGER key_secrets_retired BEFORE INSERT ON key_secrets
FOR EACH ROW EXECUTE FUNCTION refuse_retired_secret();
CREATE TRIGGER retired_secrets_unchanged BEFORE UPDATE OR DELETE ON retired_secrets
FOR EACH ROW EXECUTE FUNCTION refuse_change('a retired secret is retired for ever');
CREATE TRIGGER access_keys_final BEFORE DELETE ON access_keys
FOR EACH ROW WHEN (OLD.state NOT IN ('revoked', 'rejected'))
EXECUTE FUNCTION refuse_change('only what is revoked or rejected can be deleted');
CREATE TRIGGER access_keys_counted AFTER INSERT OR DELETE ON access_keys
FOR EACH ROW EXECUTE FUNCTION count_keys();
CREATE TRIGGER access_keys_recounted AFTER UPDATE OF state ON access_keys
FOR EACH ROW WHEN (OLD.state <> NEW.state) EXECUTE FUNCTION count_keys();
CREATE TRIGGER applications_handed_over AFTER UPDATE OF owner_id ON applications
FOR EACH ROW WHEN (OLD.owner_id <> NEW.owner_id) EXECUTE FUNCTION hand_keys_over();

CREATE TRIGGER audit_unchanged BEFORE UPDATE OR DELETE ON audit
FOR EACH ROW EXECUTE FUNCTION refuse_change('the audit is only ever added to');
-- end
