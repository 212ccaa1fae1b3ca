using System.Net;
using System.Text;
using MartechGrains.Server.Access;
using Xunit;

namespace MartechGrains.Server.Tests.Access;

public sealed class OperatorAccessTests
{
    private static readonly IPAddress Here = IPAddress.Loopback;
    private static readonly IPAddress Elsewhere = IPAddress.Parse("10.0.0.7");

    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("127.8.8.8", true)]
    [InlineData("::1", true)]
    [InlineData("::ffff:127.0.0.1", true)]
    [InlineData("10.0.0.7", false)]
    [InlineData("::ffff:10.0.0.7", false)]
    [InlineData("2001:db8::7", false)]
    public void Without_a_key_callers_on_the_same_machine_may_operate_and_no_others(string caller, bool may) =>
        Assert.Equal(may, new OperatorAccess([]).Admits(null, IPAddress.Parse(caller)));

    [Fact]
    public void A_key_that_was_not_given_to_the_server_opens_nothing() =>
        Assert.False(new OperatorAccess([]).Admits(Basic("k"), Elsewhere));

    [Fact]
    public void Without_a_key_this_process_itself_may_operate() =>
        Assert.True(new OperatorAccess([]).Admits(null, null));

    [Fact]
    public void With_keys_whoever_sends_one_may_operate_from_anywhere()
    {
        var access = new OperatorAccess(["old", "new"]);

        Assert.All(["old", "new"], key => Assert.True(access.Admits(Basic(key), Elsewhere)));
        Assert.All([null, "", Basic(""), Basic("other"), Basic("ol"), Basic("olds"), "Bearer old"], sent =>
            Assert.False(access.Admits(sent, Here)));
    }

    private static string Basic(string key) => $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{key}:"))}";
}
