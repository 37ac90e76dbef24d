"""What migrations say over and over: grants to the application's role and row-level security by mall (law X-R8).

The application connects as `atrium_app`, which owns nothing and is no superuser, so the policies hold for it always.
"""

from collections.abc import Iterable

APP_ROLE = 'atrium_app'


def scope_functions() -> str:
    """The settings of the running transaction as typed values; NULL outside one, so that nothing is visible."""
    return """
    CREATE FUNCTION app_mall() RETURNS integer LANGUAGE sql STABLE PARALLEL SAFE
        AS $$ SELECT nullif(current_setting('app.mall_id', true), '')::integer $$;
    CREATE FUNCTION app_tenant() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
        AS $$ SELECT nullif(current_setting('app.tenant_id', true), '')::bigint $$;
    """


def drop_scope_functions() -> str:
    return 'DROP FUNCTION app_tenant(); DROP FUNCTION app_mall();'


def protect_by_mall(table: str) -> str:
    """Rows of other malls neither read nor written; without a mall, none at all."""
    return f"""
    ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
    CREATE POLICY mall_scope ON {table} USING (mall_id = app_mall()) WITH CHECK (mall_id = app_mall());
    """


def protect_by_tenant(table: str) -> str:
    """Where the transaction acts for one tenant (商户), only its rows; beside the mall's policy, not instead."""
    return f"""
    CREATE POLICY tenant_scope ON {table} AS RESTRICTIVE
        USING (app_tenant() IS NULL OR tenant_id = app_tenant())
        WITH CHECK (app_tenant() IS NULL OR tenant_id = app_tenant());
    """


def grant(table: str, verbs: Iterable[str]) -> str:
    """Lets the application's role do just these verbs; the identity sequence comes along with INSERT."""
    return f'GRANT {", ".join(verbs)} ON {table} TO {APP_ROLE};'


def forbid_change(table: str) -> str:
    """Posted facts are never edited (law X-R5): an UPDATE or DELETE fails for everyone, the owner included."""
    return f"""
    CREATE TRIGGER never_edited BEFORE UPDATE OR DELETE ON {table}
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
    """
