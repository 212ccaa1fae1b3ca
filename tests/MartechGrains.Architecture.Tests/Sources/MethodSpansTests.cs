using Xunit;

namespace MartechGrains.Architecture.Tests.Sources;

public sealed class MethodSpansTests
{
    [Fact]
    public void Methods_of_every_form_are_found_with_their_lines()
    {
        const string source = """
            using System;
            namespace A;

            /// <summary>A } in a comment.</summary>
            public sealed class C(int size) : IDisposable where T : class
            {
                private readonly int[] _table = [1, 2, (3)];
                private readonly Func<int> _f = () => { return 1; };

                public C() : this(1)
                {
                }

                [Alias("x")]
                public int Sum(
                    int a) =>
                    a switch { 1 => 2, _ => 3 };

                public int P { get; init; } = F(1);

                public static bool operator ==(C a, C b)
                {
                    return a is { size: 1 };
                }

                private sealed record Inner(int X)
                {
                    private string Text() => $"{X} {{ {(X > 1 ? "}" : "{")}";
                    private char Brace() { return '}'; }
                }

                private enum Kind { One, Two }

                void Last()
                {
                    if (size > 0) { }
                }
            }
            """;

        var found = MethodSpans.Of(source).Select(static span => $"{span.Line}+{span.Lines} {span.Header}");

        Assert.Equal(
            [
                "8+1 private readonly Func<int> _f = ()",
                "10+3 public C() : this(1)",
                "14+4 [Alias( )] public int Sum( int a)",
                "21+4 public static bool operator ==(C a, C b)",
                "28+1 private string Text()",
                "29+1 private char Brace()",
                "34+4 void Last()",
            ],
            found);
    }

    [Theory]
    [InlineData("a // } \" \nb", "a        \nb")]
    [InlineData("a /* {\n */ b", "a     \n    b")]
    [InlineData("x = \"a\\\"{\" + '}'", "x =        +    ")]
    [InlineData("x = @\"a\"\"{\\\" + y", "x =          + y")]
    [InlineData("x = \"\"\"a \" { \"\"\" + y", "x =              + y")]
    [InlineData("x = $\"{f(\"}\")}{{\" + y", "x =               + y")]
    [InlineData("@class + $x", "@class + $x")]
    public void Comments_and_literals_become_blanks(string source, string code) =>
        Assert.Equal(code, CodeText.Of(source));
}
