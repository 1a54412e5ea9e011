# SPDX-License-Identifier: BSD-2-Clause
# A reload lets a cache be filled by something else: a script, entries, or a mapping file. Keys that
# both have were unknown from when the old source went until the script had set them.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Cached qw(cached);
use Heddle::Script qw(script_missing);
use Heddle::Uwsgi qw(uwsgi_packet);

my $missing = script_missing('python');
plan(skip_all => $missing) if $missing;
time_limit(240);
my $one = backend('uwsgi', name => 'one');
my $address = $one->address;
my $dir = File::Temp->newdir('heddle-source-XXXXXX', TMPDIR => 1);
chmod 0755, $dir;

# A source gives last.test, and a key of its own. A script takes its time.
sub script { my ($name, $text) = @_; Heddle::write_file("$dir/$name.py", "import time, uwsgi\n$text"); return "script: $dir/$name.py" }
sub fill { my ($key) = @_; return "time.sleep(0.3)\nuwsgi.cache_set('last.test', '$address')\nuwsgi.cache_set('$key', '$address')\n" }
sub mapped { my ($key) = @_; Heddle::write_file("$dir/$key", "last.test $address\n$key $address\n"); return "file: $dir/$key" }
my %source = (
	entries => sub { "entries: {last.test: \"$address\", entries.test: \"$address\"}" },
	file => sub { mapped('file.test') },
	other_file => sub { mapped('other_file.test') },
	script => sub { script('script', fill('script.test')) },
	other_script => sub { script('other', fill('other_script.test')) },
	clears => sub { script('clears', "uwsgi.cache_clear()\n" . fill('clears.test')) },
	asks => sub { script('asks', "if not uwsgi.cache_exists('last.test'):\n    time.sleep(0.2)\n    uwsgi.cache_set('last.test', '$address')\nuwsgi.cache_set('asks.test', '$address')\n") },
	mixed => sub { mapped('mixed.test') . "\n" . script('mixed', fill('more.test')) },
);
for my $way ([qw(entries script)], [qw(file script)], [qw(mixed script)], [qw(entries mixed)], [qw(entries clears)], [qw(entries asks)],
	[qw(file asks)], [qw(script other_script)], [qw(script clears)], [qw(clears script)], [qw(script entries)], [qw(script file)],
	[qw(entries file)], [qw(file entries)], [qw(file other_file)]) {
	my ($from, $to) = @$way;
	my $c = cached(workers => 2, cache => $source{$from}->());
	ok($c->becomes("$from.test", 'one 0/0'), "from $from to $to");
	my $before = $source{$from}->() =~ s/^/    /mgr;
	my $after = $source{$to}->() =~ s/^/    /mgr;
	my $clients = load($c->port, connections => 8, until_eof => 1, patience => 60,
		ask => uwsgi_packet(REQUEST_METHOD => 'GET', HTTP_HOST => 'last.test'), answer => qr/\A(\w+) .*\n/s);
	$clients->wait_for(64);
	my ($code, $out) = $c->heddle->reload($c->yaml =~ s/^\Q$before\E$/$after/mr);
	is($code, 0, '... the reload') or diag($out);
	ok($c->becomes("$to.test", 'one 0/0'), '... brings its keys');
	# what a script has set stays, as what an application has
	ok($c->becomes("$from.test", ''), '... the others go') if $from =~ /entries|file|mixed/ || $to eq 'clears';
	$clients->wait_for(64);
	my $result = $clients->stop;
	is(Heddle::Load::failed($result), 0, '... loses no request') or diag("$result->{ok} ok, $result->{eof} lost");
	$c->heddle->stop;
}

# Nothing that is configured has changed: the script clears all the same, and sets again.
{
	my $c = cached(workers => 2, cache => $source{clears}->());
	ok($c->becomes('clears.test', 'one 0/0'), 'a script that clears its cache, and is run again');
	my $clients = load($c->port, connections => 8, until_eof => 1, patience => 60,
		ask => uwsgi_packet(REQUEST_METHOD => 'GET', HTTP_HOST => 'last.test'), answer => qr/\A(\w+) .*\n/s);
	$clients->wait_for(64);
	for my $round (1 .. 2) {
		Heddle::write_file("$dir/clears.py", "import time, uwsgi\nuwsgi.cache_clear()\n" . fill("round$round.test"));
		my ($code, $out) = $c->heddle->reload;
		is($code, 0, '... the reload') or diag($out);
		ok($c->becomes("round$round.test", 'one 0/0'), '... brings its keys');
	}
	ok($c->becomes('round1.test', ''), '... what it does not set any more goes');
	$clients->wait_for(64);
	my $result = $clients->stop;
	is(Heddle::Load::failed($result), 0, '... loses no request') or diag("$result->{ok} ok, $result->{eof} lost");
	$c->heddle->stop;
}

# Where the cache is full, what is left has no room any more.
my $c = cached(cache => "max_items: 2\n" . $source{entries}->());
$c->becomes('entries.test', 'one 0/0');
my $script = script('full', "print('set', uwsgi.cache_set('a.test', '$address'), uwsgi.cache_set('b.test', '$address'))\n");
my ($code, $out) = $c->heddle->reload($c->yaml =~ s/^    entries:.*$/    $script/mr);
is($code, 0, 'a reload where the cache is full') or diag($out);
ok($c->becomes($_, 'one 0/0'), "... $_") for qw(a.test b.test);
# (None: it was run twice, by the start of the mapper process and by the reload.)
ok($c->heddle->wait_log(qr/: set (?:True|None) (?:True|None)$/m), '... what the script sets has room');
unlike($c->heddle->log, qr/is full/, '... which nobody is told');
$c->heddle->stop;
done_testing();
