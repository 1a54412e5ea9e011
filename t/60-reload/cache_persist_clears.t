# SPDX-License-Identifier: BSD-2-Clause
# A script that clears its cache at the start, while the file of `persist` is still to be read: what the
# file has does not come back behind that.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Persist;
use Heddle::Script qw(script_missing);

my $missing = script_missing('python');
plan(skip_all => $missing) if $missing;
time_limit(240);
my $p = Heddle::Persist->new;
my $h = $p->begin;
ok($p->set('old', 'vold'), 'an item');
$h->finish;

Heddle::write_file($p->file('clears.py'), "import uwsgi\nuwsgi.cache_clear()\nuwsgi.cache_set('new', 'vnew')\n");
$p->ask_early(1);
my $lock = $p->lock;	# heddle waits for who has it, for some seconds
$h = $p->begin(cache => ['script: ' . $p->file('clears.py')]);
ok($h->wait_log(qr/cache hosts: script \S+clears\.py has run/), 'the script has run');
close $lock;
ok($h->wait_log(qr/cache hosts: \S+store: \d+ items/), '... and the file is read');
is($p->get('old'), '', 'what the script has cleared stays away');
is(($p->get('new') || [''])->[0], 'vnew', '... and what it has set is there');
$h->finish;
done_testing();
