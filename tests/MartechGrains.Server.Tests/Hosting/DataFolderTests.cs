using System.Runtime.Versioning;
using MartechGrains.Journal.Sqlite;
using MartechGrains.Server.Hosting;
using MartechGrains.Testing;
using Xunit;

namespace MartechGrains.Server.Tests.Hosting;

/// <summary>What is in the data folder is for its owner alone.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class DataFolderTests : IDisposable
{
    private const UnixFileMode OwnersFolder =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private const UnixFileMode OwnersFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private const UnixFileMode Everybody = OwnersFolder | UnixFileMode.GroupRead | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private readonly string _root = TestFolder.Create("data-folder");

    private string Data => Path.Combine(_root, "data");

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void A_new_folder_is_its_owners_alone()
    {
        Assert.True(DataFolder.Prepare(Data));

        Assert.Equal(OwnersFolder, File.GetUnixFileMode(Data));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("deployment.key")]
    [InlineData("journal.db-wal")]
    [InlineData("registry.db")]
    public void An_open_folder_that_is_ours_alone_is_closed(string? content)
    {
        OpenFolder(content);

        Assert.True(DataFolder.Prepare(Data));

        Assert.Equal(OwnersFolder, File.GetUnixFileMode(Data));
    }

    [Fact]
    public void An_open_folder_with_other_things_in_it_stays_open()
    {
        OpenFolder("photograph.jpeg");

        Assert.False(DataFolder.Prepare(Data));

        Assert.Equal(Everybody, File.GetUnixFileMode(Data));
    }

    [Fact]
    public void A_deployment_key_that_was_left_open_is_closed_whatever_lies_beside_it()
    {
        OpenFolder("photograph.jpeg");
        var key = Path.Combine(Data, "deployment.key");
        File.WriteAllText(key, "");
        File.SetUnixFileMode(key, OwnersFile | UnixFileMode.GroupRead | UnixFileMode.OtherRead);

        DataFolder.Prepare(Data);

        Assert.Equal(OwnersFile, File.GetUnixFileMode(key));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task All_files_of_a_store_are_its_owners_alone_also_those_left_open(bool leftOpen)
    {
        Directory.CreateDirectory(Data);
        if (leftOpen)
        {
            await using (var store = new SqliteJournalStore(Data)) await store.MigrateAsync();
            foreach (var file in Directory.GetFiles(Data)) File.SetUnixFileMode(file, OwnersFile | Everybody);
        }

        await using var opened = new SqliteJournalStore(Data);
        await opened.MigrateAsync();

        var databases = Directory.GetFiles(Data, "journal.db*");
        Assert.Contains(Path.Combine(Data, "journal.db-wal"), databases);
        Assert.All(databases, static file => Assert.Equal(OwnersFile, File.GetUnixFileMode(file)));
    }

    private void OpenFolder(string? content)
    {
        Directory.CreateDirectory(Data);
        if (content is not null) File.WriteAllText(Path.Combine(Data, content), "");
        File.SetUnixFileMode(Data, Everybody);
    }
}
