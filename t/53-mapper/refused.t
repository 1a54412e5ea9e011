# SPDX-License-Identifier: BSD-2-Clause
# What heddle -t says of scripts: files that are not there, that cannot be compiled, that have not
# the function; a language that heddle was built without.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle;
use Heddle::Script qw(scripted script_missing);

my $missing = script_missing('python') || script_missing('lua');
plan(skip_all => $missing) if $missing;

my $m = scripted(unstarted => 1, files => {
	'fine.py' => "def get(key):\n    return None\n", 'fine.lua' => "function get(key) end\n",
	'syntax.py' => "def get(key):\n    return None\n\nx = = 1\n", 'syntax.lua' => "function get(key)\n\treturn = 1\nend\n",
	'tabs.py' => "def get(key):\n\tif key:\n        return 1\n", 'nul.py' => "def get(key): pass\n\0",
	'bytes.py' => "def get(key):\n    return '\xff'\n", 'binary.lua' => "\x1bLua",
	'other.py' => "def got(key):\n    return None\n", 'other.lua' => "function got(key) end\n",
	'star.py' => "from other import *\n", 'runs.py' => "import os\nos.mkdir('\$DIR/made')\ndef get(key): pass\n" });
my $check = sub {
	my ($script, %o) = @_;
	my $h = Heddle->prepare($m->yaml(script => $script), %o);
	my ($code, $out) = $h->command('-t');
	return $code . ' ' . join "\n", map { s/^\S+: (error|warning): /$1: /r =~ s{\Q$m->{dir}\E/}{}gr } grep { /: (?:error|warning): / } split /\n/, $out;
};
my $error = sub { "1 error: services.web.routes.script.script: $_[0]" };

is($check->($_), '0 ', "$_ is fine") for '{file: fine.py}', '{file: fine.lua}', '{file: star.py}', '{file: other.py, function: got}';
is($check->('{file: runs.py}'), '0 ', 'nothing of a script is run');
ok(!-e "$m->{dir}/made", '... by -t');
is($check->('{file: gone.py}'), $error->('gone.py: No such file or directory'), 'no file');
is($check->("{file: $m->{dir}}"), $error->("$m->{dir}: no regular file"), 'a folder');
like($check->('{function: get}'), qr/error: services\.web\.routes\[0\]\.script: needs the file of the script$/, 'no file is named');
like($check->('{file: fine.py, function: ""}'), qr/error: services\.web\.routes\[0\]\.script: needs the function that is called$/, 'no function is named');
is($check->('{file: syntax.py}'), $error->('syntax.py:4: SyntaxError: invalid syntax'), 'a line that is no Python');
is($check->('{file: tabs.py}'), $error->('tabs.py:3: TabError: inconsistent use of tabs and spaces in indentation'), 'tabs and blanks');
is($check->('{file: nul.py}'), $error->('nul.py: is no script: it has a NUL byte'), 'a NUL');
like($check->('{file: bytes.py}'), qr/^1 error: \S+ bytes\.py(?::\d+)?: \(?SyntaxError: .*utf-8/, 'no UTF-8');
is($check->('{file: syntax.lua}'), $error->("syntax.lua:2: unexpected symbol near '='"), 'a line that is no Lua');
like($check->('{file: binary.lua}'), qr/^1 error: \S+ binary\.lua: .*binary chunk/, 'compiled Lua');
is($check->('{file: other.py}'), $error->('other.py: has no function get'), 'Python without the function');
is($check->('{file: other.lua}'), $error->('other.lua: has no function get'), 'Lua without the function');
like($check->('{file: fine.py, language: ruby}'), qr/"ruby" is not one of python lua/, 'another language');
like($check->('{file: fine.py, processes: 0}'), qr/processes/, 'no process');
my $empty = File::Temp->newdir;
is($check->('{file: fine.py}', env => { HEDDLE_MODULES => "$empty" }),
	$error->("fine.py: this heddle has no python (./configure --with-python): there is no $empty/heddle-python.so"), 'a heddle without Python');
done_testing();
