# SPDX-License-Identifier: BSD-2-Clause
# A real uWSGI application fills a cache of heddle by uwsgi.cache_set(key, value, expires,
# "NAME@host:port"), and the next request goes where it says.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Example qw(example_missing example_app example_ask);
use Heddle::Nginx qw(nginx);
use Heddle::Uwsgi qw(uwsgi_app);

plan(skip_all => example_missing()) if example_missing();

my $port = free_port;
my $site = example_app('site');
my $admin = uwsgi_app(<<"END");
import uwsgi

CACHE = 'hosts\@127.0.0.1:$port'

def application(environment, start_response):
    start_response('200 OK', [('Content-Type', 'text/plain')])
    path = environment['PATH_INFO']
    if path == '/add':
        done = [uwsgi.cache_set('new.test', b'${\$site->address}', 0, CACHE), uwsgi.cache_set('new.test', b'x', 0, CACHE),
                uwsgi.cache_exists('new.test', CACHE), uwsgi.cache_get('new.test', CACHE),
                uwsgi.cache_set('soon.test', b'${\$site->address}', 500, '\@127.0.0.1:$port')]
    elif path == '/del':
        done = [uwsgi.cache_del('new.test', CACHE), uwsgi.cache_get('new.test', CACHE)]
    else:
        done = [uwsgi.cache_update('new.test', b'127.0.0.1:1|${\$site->address}', 0, CACHE), uwsgi.cache_clear('other\@127.0.0.1:$port')]
    return [repr(done).encode()]
END
my $h = heddle(<<"END", workers => 2);
services:
  router: {protocol: uwsgi, listen: "127.0.0.1:$port", cache_server: hosts, routes: [{cache: hosts}]}
caches:
  hosts: {entries: {admin.test: "${\$admin->address}"}}
  other: {}
END
my $web = nginx(["127.0.0.1:$port"]);
sub ask { my ($status, $body) = $web->get($_[0], 'admin.test'); return $body }

isnt(example_ask($web, 'new.test'), 'site new.test 0', 'nobody knows the key');
is(ask('/add'), "[True, None, True, b'${\$site->address}', True]", 'the application sets it');
is(example_ask($web, $_), "site $_ 0", "... $_ is served") for qw(new.test soon.test);
is(ask('/update'), '[True, None]', '... gives it a second node that is not there; a cache that is not served');
is(example_ask($web, 'new.test'), 'site new.test 0', '... served') for 1 .. 4;
is(ask('/del'), '[True, None]', '... removes it');
isnt(example_ask($web, 'new.test'), 'site new.test 0', '... nobody knows it');
$web->stop;
$h->finish;
done_testing();
