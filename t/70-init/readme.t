#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
# What the README says can be done as it stands there.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Configure;
use Heddle::Http;
use File::Basename qw(dirname);
use File::Temp;

my $root = Heddle::root();
my $readme = Heddle::read_file("$root/README.md");
my $dir = File::Temp->newdir('heddle-readme-XXXXXX', TMPDIR => 1);
chmod 0777, $dir;

# The text of a chapter, and the commands in it that are set apart.
sub chapter { my ($title) = @_; return $readme =~ /^## \Q$title\E\n(.*?)(?=^## )/ms ? $1 : '' }
sub commands { return join '', map { "$_\n" } $_[0] =~ /^    (.*)$/mg }
sub accepts {
	my ($yaml, $what) = @_;
	my $c = Heddle::Configure->new('heddle.yaml' => $yaml);
	my ($status, $out, $err) = $c->run('-t', '--strict');
	is($status, 0, $what) or diag("$yaml\n$out$err");
}

my @examples = $readme =~ /^```yaml\n(.*?)^```/msg;
ok(@examples, 'there is an example');
accepts($_, 'an example passes -t --strict') for @examples;

# The right column of the table: directives of a service, some of which exclude each other.
my @cells = map { (split / \| /)[2] } grep { /^\| `/ } split /\n/, chapter('Coming from nginx or haproxy');
cmp_ok(scalar @cells, '>', 9, 'a table');
for my $cell (map { /`(.*?)`/g } @cells) {
	next if $cell =~ /^heddle /;
	my $yaml = $cell =~ s/\bA\b/"10.0.0.1:80"/r;
	my %service = (listen => '":80"', backends => '["10.0.0.1:80"]');
	my $top = '';
	if ($yaml =~ /^\{/) { $service{backends} = "[$yaml]" }
	elsif ($yaml =~ /^state/) { $service{backends} = "[{address: \"10.0.0.1:80\", $yaml}, \"10.0.0.2:80\"]" }
	elsif ($yaml =~ /^workers/) { $top = "$yaml\n" }
	elsif ($yaml =~ /^(\w+): (.*)/) { $service{$1} = $2 }
	elsif ($yaml =~ /^(\w+_timeout)$/) { $service{$1} = '10m' }
	$service{check} //= 'tcp' if ($service{balance} // '') eq 'first';
	accepts($top . 'services: {web: {' . join(', ', map { "$_: $service{$_}" } sort keys %service)
		. "}}\n", $cell);
}

# The first run, by somebody else than root where we can be somebody else.
my $port = free_port;
my @backends = backends(qw(one two));
my $run = commands(chapter('First run, without root and without installing'));
my %place = (8080 => $port, 8000 => $backends[0]->address =~ s/.*://r,
	8001 => $backends[1]->address =~ s/.*://r);
$run =~ s/:(8080|8000|8001)\b/:$place{$1}/g;
ok(symlink(dirname(Heddle::binary()), "$dir/build"), 'a build folder');
my @user = $> == 0 && program('setpriv') ? (program('setpriv'), '--reuid=65534', '--regid=65534',
	'--clear-groups') : ();
my $pid = launch({ out => "$dir/out", err => "$dir/out" }, @user, '/bin/sh', '-c',
	"umask 022; cd '$dir' && exec 3>&1; " . $run =~ s/^(?=build)/exec /mr);
ok(until_true(sub { (Heddle::Http::request("$dir/heddle.sock", 'GET', '/_health/ready'))[0] == 200 }, 20),
	'it runs') or diag(Heddle::read_file("$dir/out"));
is(many($port, 4), 'one two one two', '... and balances');
my ($reload) = chapter('First run, without root and without installing') =~ /`(build\/heddle [^`]* -s reload)`/;
like(qx(cd $dir && $reload 2>&1), qr/nothing changed/, '... the reload of the text');
is(end_child($pid, 'TERM'), 0, '... ends');

# What is copied from PREFIX/share is there.
my %folder = (sbindir => '/usr/local/sbin', sysconfdir => '/usr/local/etc',
	localstatedir => '/usr/local/var', runstatedir => '/usr/local/var/run',
	datadir => '/usr/local/share', mandir => '/usr/local/share/man');
my $words = join ' ', map { "$_=$folder{$_}" } sort keys %folder;
qx(cd $root && env BUILD=${\dirname(Heddle::binary())} DESTDIR=$dir/dest $words sh auto/install);
for (chapter('As a service') =~ /^    (install -m .*)$/mg) {
	my (undef, undef, $mode, $file) = split ' ';
	ok(-f "$dir/dest$file", "$file is installed");
	is(sprintf('%o', (stat "$dir/dest$file")[2] & 0777), $mode, '... with that mode');
}
SKIP: {
	my $logrotate = program('logrotate') or skip 'logrotate is not installed', 2;
	mkdir "$dir/log";
	Heddle::write_file("$dir/log/access.log", "a line\n");
	my $conf = Heddle::read_file("$dir/dest/usr/local/share/heddle/logrotate/heddle");
	like($conf, qr{^/usr/local/var/log/heddle/\*\.log \{}m, 'logrotate: the folder of the logs');
	$conf =~ s{/usr/local/var/log/heddle}{$dir/log}g;
	$conf =~ s{/usr/local/sbin/heddle -c \S+}{touch $dir/reopened; true}g;
	Heddle::write_file("$dir/logrotate.conf", $conf);
	chmod 0644, "$dir/logrotate.conf";
	chmod 0755, $dir, "$dir/log";
	my $said = qx($logrotate -f -s $dir/state $dir/logrotate.conf 2>&1);
	ok(-e "$dir/log/access.log.1" && -e "$dir/reopened", 'it rotates, and has logs opened again')
		or diag($said);
}

my ($targets) = Heddle::read_file("$root/Makefile.in") =~ /^\.PHONY: (.*)/m;
for my $target ($readme =~ /`make ([\w-]+)/g) {
	like(" $targets ", qr/ $target /, "make $target is there");
}
for my $file ($readme =~ m{`((?:docs|conf|t)/[\w./-]+|[A-Z]+\.md|LICENSE)`}g) {
	ok(-e "$root/$file", "$file is there");
}
done_testing();
