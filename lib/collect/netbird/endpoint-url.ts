import { InputError } from '../../model/errors.ts';

/**
 * An events endpoint of the NetBird server that `url` names, with or without a trailing `/`, `/api` or an endpoint of
 * events itself; a query such as `?account=<id>` is kept. Plain http only for loopback addresses, or with `allowHttp`.
 * Throws InputError.
 */
export function endpointUrl(url: string, allowHttp: boolean, endpoint: 'audit' | 'network-traffic'): URL {
  const parsed = /^https?:\/\//i.test(url.trim()) && URL.canParse(url.trim()) ? new URL(url.trim()) : undefined;
  if (!parsed) {
    throw new InputError(
      'The NetBird URL is not an address that begins with https://.',
      'Write it in full, for NetBird Cloud https://api.netbird.io, else https://<your NetBird domain>.',
    );
  }
  if (parsed.username !== '' || parsed.password !== '') {
    throw new InputError(
      'The NetBird URL holds a user name or password.',
      'Take it out: NetBird is read with an access token only.',
    );
  }
  if (parsed.protocol === 'http:' && !allowHttp && !isLoopback(parsed.hostname)) {
    throw new InputError(
      `The NetBird URL http://${parsed.host} would send the token unencrypted.`,
      'Use https://, or set allowHttp: true if that network is trusted.',
    );
  }
  const prefix = parsed.pathname.replace(/\/+$/, '').replace(/(\/api(\/events(\/(audit|network-traffic))?)?)?$/, '');
  parsed.pathname = `${prefix}/api/events/${endpoint}`;
  parsed.hash = '';
  return parsed;
}

/** Whether a host name of a URL stands for this machine. */
export function isLoopback(hostname: string): boolean {
  return /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname);
}
