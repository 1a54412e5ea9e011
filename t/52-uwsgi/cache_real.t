# SPDX-License-Identifier: BSD-2-Clause
# The same calls of a real uWSGI application, to a cache of heddle and to one of uWSGI's own by its own
# server: each has the same result.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Uwsgi qw(uwsgi_app uwsgi_missing uwsgi_packet);

my $missing = uwsgi_missing('python3', 'cache');
plan(skip_all => $missing) if $missing;

my ($port, $other) = (free_port, free_port);
my $app = uwsgi_app(<<'END');
import uwsgi

def calls(cache, first):
    yield 'set', uwsgi.cache_set('a', b'one', 0, cache)
    yield 'get', uwsgi.cache_get('a', cache)
    yield 'set, there', uwsgi.cache_set('a', b'two', 0, cache)
    yield 'get, as it was', uwsgi.cache_get('a', cache)
    yield 'update', uwsgi.cache_update('a', b'three', 0, cache)
    yield 'get, updated', uwsgi.cache_get('a', cache)
    yield 'update, new', uwsgi.cache_update('b', b'new', 0, cache)
    yield 'get, new', uwsgi.cache_get('b', cache)
    yield 'exists', uwsgi.cache_exists('a', cache)
    yield 'exists, missing', uwsgi.cache_exists('none', cache)
    yield 'get, missing', uwsgi.cache_get('none', cache)
    yield 'del', uwsgi.cache_del('a', cache)
    yield 'get, deleted', uwsgi.cache_get('a', cache)
    yield 'del, again', uwsgi.cache_del('a', cache)
    yield 'set, deleted', uwsgi.cache_set('a', b'again', 100, cache)
    yield 'get, again', uwsgi.cache_get('a', cache)
    yield 'update, same', uwsgi.cache_update('a', b'again', 0, cache)
    yield 'bytes', uwsgi.cache_set('bytes', bytes(range(256)), 0, cache)
    yield 'get, bytes', uwsgi.cache_get('bytes', cache)
    yield 'long', uwsgi.cache_set('long', b'x' * 14000, 0, cache)
    yield 'get, long', uwsgi.cache_get('long', cache) == b'x' * 14000
    yield 'first', uwsgi.cache_set('first', b'f', 0, first)
    yield 'get, first', uwsgi.cache_get('first', cache)
    yield 'no such cache', uwsgi.cache_set('x', b'x', 0, 'nosuch' + first)
    yield 'get, no such cache', uwsgi.cache_get('x', 'nosuch' + first)
    yield 'clear', uwsgi.cache_clear(cache)
    yield 'get, cleared', [uwsgi.cache_get(k, cache) for k in ('a', 'b', 'bytes', 'long', 'first')]
    yield 'clear, empty', uwsgi.cache_clear(cache)
    yield 'set, cleared', uwsgi.cache_set('a', b'last', 0, cache)
    yield 'get, last', uwsgi.cache_get('a', cache)

def application(environment, start_response):
    start_response('200 OK', [('Content-Type', 'text/plain')])
    first = '@127.0.0.1:' + environment['PORT']
    return [('%s: %r\n' % call).encode() for call in calls('mc' + first, first)]
END
my $h = heddle(<<"END", workers => 2);
services:
  c: {protocol: uwsgi, listen: "127.0.0.1:$port", cache_server: mc, routes: [{cache: mc}]}
caches:
  mc: {}
END
my $uwsgi = uwsgi_app("def application(environment, start_response):\n    return []\n", address => "127.0.0.1:$other",
	options => ['--plugin', 'cache', '--cache2', 'name=mc,items=100,blocksize=16384', '--processes', 2]);

sub results {
	my ($of) = @_;
	my $client = client($app->address);
	$client->send(uwsgi_packet(REQUEST_METHOD => 'GET', PATH_INFO => '/', SERVER_NAME => 'x', SERVER_PORT => 80,
		REMOTE_ADDR => '127.0.0.1', PORT => $of));
	return split /\n/, ($client->rest(60) // '') =~ s/\A.*?\r\n\r\n//sr;
}
my @ours = results($port);
my @theirs = results($other);
is(scalar @theirs, 30, 'all calls') or diag(join "\n", @theirs, $app->output, $uwsgi->output);
is($ours[$_], $theirs[$_], $theirs[$_]) for 0 .. $#theirs;
$h->finish;
done_testing();
