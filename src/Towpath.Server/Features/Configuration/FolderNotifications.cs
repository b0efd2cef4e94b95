using Towpath.Core.Applications;

namespace Towpath.Server.Features.Configuration;

/// <summary>
/// Tells when something that may be configuration changes. Only saves waiting: where notifications do not work, such as on network folders, polling finds out. Other folders are
/// not watched, since the database usually lies in one of them and changes all the time.
/// </summary>
internal sealed class FolderNotifications : IDisposable
{
    private readonly List<FileSystemWatcher> _watchers = [];

    public FolderNotifications(string folder, Action changed)
    {
        // Of the folder itself also the names of its folders: one may be replaced as a whole.
        Add(folder, path => ConfigurationFolder.IsSpec(path) || path is ".git" || path + "/" == ConfigurationFolder.Applications, changed);
        Add(Path.Combine(folder, ConfigurationFolder.Applications), path => ConfigurationFolder.IsSpec(ConfigurationFolder.Applications + path), changed);
        // Which commit it is.
        Add(Path.Combine(folder, ".git"), path => path is "HEAD" or "index" or "packed-refs" or "ORIG_HEAD", changed);
    }

    public void Dispose()
    {
        foreach (var watcher in _watchers) watcher.Dispose();
    }

    private void Add(string folder, Func<string, bool> isOfInterest, Action changed)
    {
        try
        {
            if (!Directory.Exists(folder)) return;
            var watcher = new FileSystemWatcher(folder);
            FileSystemEventHandler tell = (_, told) =>
            {
                if (told.Name is { } name && isOfInterest(name)) changed();
            };
            watcher.Changed += tell;
            watcher.Created += tell;
            watcher.Deleted += tell;
            // Editors and deployments write beside and rename: either name may be the one.
            watcher.Renamed += (_, told) =>
            {
                if ((told.Name is { } now && isOfInterest(now)) || (told.OldName is { } before && isOfInterest(before))) changed();
            };
            watcher.EnableRaisingEvents = true;
            _watchers.Add(watcher);
        }
        catch (Exception exception) when (exception is ArgumentException or IOException or UnauthorizedAccessException)
        {
            // Polling is enough.
        }
    }
}
