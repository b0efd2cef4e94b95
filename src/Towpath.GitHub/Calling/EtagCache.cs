namespace Towpath.GitHub.Calling;

/// <summary>
/// The last answers to reads with their ETags: asking again with the ETag costs nothing of the primary limit where nothing changed. Each account has
/// its own, since another one may not see the same. Bounded by bytes; what was not asked for longest goes first.
/// </summary>
internal sealed class EtagCache(int mostBytes)
{
    private const int Overhead = 512;

    private readonly Lock _lock = new();
    private readonly LinkedList<Entry> _byUse = new();
    private readonly Dictionary<(string Account, string Path, string Accept), LinkedListNode<Entry>> _entries = new();
    private long _bytes;

    public (string Etag, GitHubReply Reply)? Find(GitHubRequest request)
    {
        lock (_lock)
        {
            if (!_entries.TryGetValue(KeyOf(request), out var node)) return null;
            _byUse.Remove(node);
            _byUse.AddFirst(node);
            return (node.Value.Etag, node.Value.Reply);
        }
    }

    public void Keep(GitHubRequest request, string etag, GitHubReply reply)
    {
        var entry = new Entry(KeyOf(request), etag, reply);
        if (entry.Bytes > mostBytes / 8) return;
        lock (_lock)
        {
            if (_entries.Remove(entry.Key, out var old)) Drop(old);
            _entries[entry.Key] = _byUse.AddFirst(entry);
            _bytes += entry.Bytes;
            while (_bytes > mostBytes && _byUse.Last is { } last)
            {
                _entries.Remove(last.Value.Key);
                Drop(last);
            }
        }
    }

    private void Drop(LinkedListNode<Entry> node)
    {
        _byUse.Remove(node);
        _bytes -= node.Value.Bytes;
    }

    private static (string, string, string) KeyOf(GitHubRequest request) => (request.Caller.Account, request.Path, request.Accept);

    private sealed record Entry((string Account, string Path, string Accept) Key, string Etag, GitHubReply Reply)
    {
        public int Bytes { get; } = Reply.Body.Length + Key.Path.Length * 2 + Overhead;
    }
}
