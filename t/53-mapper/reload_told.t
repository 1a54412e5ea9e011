# SPDX-License-Identifier: BSD-2-Clause
# A reload says which scripts it has loaded again, where nothing else has changed, and where something
# has; not of those that came with it.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Api;
use Heddle::Script qw(scripted script_missing);

my $missing = script_missing('python');
plan(skip_all => $missing) if $missing;

my $m = scripted(script => '{file: get.py, limit: 10s}', top => "caches: {hosts: {script: '\$DIR/fill.py'}}\n",
	files => { 'get.py' => "def get(key):\n    return '\$NODE,1'\n",
		'fill.py' => "import uwsgi\nuwsgi.cache_set('a', '\$NODE,2')\n" });
my $h = $m->running;
my $api = Heddle::Api->new($h->control);
my $lines = sub { join '', map { "$_\n" } @_ };
my $dir = $m->{dir};
my $hosts = "caches.hosts: the script $dir/fill.py is loaded again";
my ($before) = $h->stats->{generation};

$m->put('get.py', "def get(key):\n    return '\$NODE,3'\n");
my ($code, $out) = $h->reload($m->yaml);
is($code, 0, 'another script') or diag($out);
my ($route) = $out =~ /^(services\.\S+\.routes\.script: the script \Q$dir\E\/get\.py is loaded again)$/m;
ok($route, '... is told');
is(join('', sort split /^/, $out), $lines->($hosts, 'nothing changed in the configuration', $route), '... beside the other one');
ok($m->wait_log(qr/reload: nothing changed in the configuration; 2 scripts are loaded again/), '... and in the log');
ok(until_true(sub { $m->ask('a') eq 'node 3/0' }, 10), '... and it answers');
is($api->post('reload'), 200, 'the same by the API');
is_deeply([sort @{ $api->document->{changes} }], [$hosts, 'nothing changed in the configuration', $route], '... with the same lines');
is($h->stats->{generation}, $before, '... no other generation');
$h->hup;
ok($m->wait_log(qr/(?:reload: nothing changed in the configuration; 2 scripts.*){3}/s), 'HUP');

# With other changes: a script that came with them is in them.
$m->put('two.py', "def get(key):\n    return '\$NODE,4'\n");
($code, $out) = $h->reload($m->yaml(script => '{file: two.py, limit: 10s}'));
is($code, 0, 'another file') or diag($out);
like($out, qr/get\.py -> \S+two\.py/, '... is a change');
unlike($out, qr/two\.py is loaded again/, '... which says enough');
like($out, qr/^\Q$hosts\E$/m, '... of the cache it is told');
($code, $out) = $h->reload($m->yaml(top => '', routes => "      - {pattern: '\$DIR/%s'}\n"));
is($code, 0, 'no scripts') or diag($out);
unlike($out, qr/loaded again/, '... are not loaded');
($code, $out) = $h->reload;
is($out, "nothing changed\n", 'nothing changed');
$h->finish;
done_testing();
