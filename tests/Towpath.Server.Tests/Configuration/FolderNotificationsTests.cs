using Towpath.Server.Features.Configuration;

namespace Towpath.Server.Tests.Configuration;

public sealed class FolderNotificationsTests
{
    [Fact]
    public async Task Only_what_may_be_configuration_is_told_of_and_never_the_database()
    {
        var folder = Directory.CreateTempSubdirectory("towpath-notifications-").FullName;
        try
        {
            Directory.CreateDirectory(Path.Combine(folder, "apps"));
            Directory.CreateDirectory(Path.Combine(folder, ".towpath"));
            File.WriteAllText(Path.Combine(folder, "organization.new"), "roles: {}\n");
            var (told, count) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), 0);
            using var notifications = new FolderNotifications(folder, () =>
            {
                Interlocked.Increment(ref count);
                told.TrySetResult();
            });
            foreach (var name in (string[])["towpath.db", "towpath.db-wal", ".towpath/towpath.db", "apps/.web.yaml.swp", "notes.txt"]) File.WriteAllText(Path.Combine(folder, name), "x");
            // One event, and after all the others of this folder.
            File.Move(Path.Combine(folder, "organization.new"), Path.Combine(folder, "organization.yaml"));
            await told.Task.WaitAsync(TestContext.Current.CancellationToken);
            Assert.Equal(1, Volatile.Read(ref count));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
