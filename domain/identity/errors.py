"""How identity says no. The words for a wrong password and for an unknown account are the same."""

from domain.shared.errors import DomainError


class WrongCredentials(DomainError):
    code = 'identity.wrong_credentials'
    status = 401
    zh = '账号或密码不正确。'
    en = 'The account or the password is not right.'


class OneTimeCodeNeeded(DomainError):
    code = 'identity.code_needed'
    status = 401
    zh = '请输入身份验证器上的 6 位动态口令。'
    en = 'Enter the 6-digit code from your authenticator app.'


class WrongOneTimeCode(DomainError):
    code = 'identity.wrong_code'
    status = 401
    zh = '动态口令不正确或已使用，请等待下一个口令。'
    en = 'That code is wrong or was used already. Wait for the next one.'


class TooManyAttempts(DomainError):
    code = 'identity.too_many_attempts'
    status = 429
    zh = '尝试次数过多，请在 {seconds} 秒后再试。'
    en = 'Too many attempts. Try again in {seconds} seconds.'


class SessionEnded(DomainError):
    code = 'identity.session_ended'
    status = 401
    zh = '登录已失效，请重新登录。'
    en = 'You are no longer signed in. Please sign in again.'


class WeakPassword(DomainError):
    code = 'identity.weak_password'
    status = 422
    zh = '密码不符合要求：{zh}。'
    en = 'This password will not do: {en}.'


WEAKNESSES = {
    'too_short': ('至少需要 10 个字符', 'it needs at least 10 characters'),
    'too_long': ('最多 128 个字符', 'it may have at most 128 characters'),
    'too_simple': ('字符过于单一或有规律', 'it is too uniform or a plain sequence'),
    'contains_name': ('不能包含账号或姓名', 'it contains your account or name'),
    'too_common': ('属于常见密码', 'it is a common password'),
    'unchanged': ('不能与原密码相同', 'it is the same as before'),
}


class LoginTaken(DomainError):
    code = 'identity.login_taken'
    status = 409
    zh = '账号“{login}”已被使用。'
    en = 'The login "{login}" is taken.'


class UnknownRole(DomainError):
    code = 'identity.unknown_role'
    status = 422
    zh = '没有角色“{role}”。'
    en = 'There is no role "{role}".'


class RoleNeedsTenant(DomainError):
    code = 'identity.role_needs_tenant'
    status = 422
    zh = '商户类角色必须指定商户，其他角色不得指定。'
    en = 'A tenant role needs a tenant, and no other role may name one.'


class GrantBeyondOwn(DomainError):
    """Nobody can give away what he does not hold."""

    code = 'identity.grant_beyond_own'
    status = 403
    zh = '不能授予自己没有的权限：{permissions}。'
    en = 'You cannot grant what you do not hold: {permissions}.'


class UnknownPermission(DomainError):
    code = 'identity.unknown_permission'
    status = 422
    zh = '没有这些权限：{permissions}。'
    en = 'There are no such permissions: {permissions}.'


class WrongApiKey(DomainError):
    code = 'identity.wrong_api_key'
    status = 401
    zh = '接口密钥无效、已过期或已吊销。'
    en = 'The API key is not valid, has expired or was revoked.'


class KeyNotOffered(DomainError):
    code = 'identity.key_not_offered'
    status = 422
    zh = '商户密钥不能包含这些权限：{permissions}。'
    en = "A shop's key cannot have these scopes: {permissions}."


class KeyPast(DomainError):
    code = 'identity.key_past'
    status = 422
    zh = '有效期须晚于现在。'
    en = 'A key must end after now.'


class KeyIsOver(DomainError):
    code = 'identity.key_is_over'
    status = 409
    zh = '该密钥已吊销或已过期，请新建。'
    en = 'The key is revoked or has expired; make a new one.'


class TooManyKeys(DomainError):
    code = 'identity.too_many_keys'
    status = 409
    zh = '每个商户最多 {most} 个有效密钥，请先吊销不用的。'
    en = 'A shop has {most} valid keys at most; revoke one that is not used.'
