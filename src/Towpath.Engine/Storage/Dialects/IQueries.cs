using System.Data.Common;

namespace Towpath.Engine.Storage.Dialects;

/// <summary>Single statements that return rows.</summary>
internal interface IQueries
{
    bool IsPostgres { get; }

    Task<List<T>> ReadAsync<T>(Statement statement, Func<DbDataReader, T> map, CancellationToken cancellationToken, params Arg[] args);

    /// <summary>As <see cref="ReadAsync"/>, for a statement that also writes and is a transaction of its own.</summary>
    Task<List<T>> WriteAsync<T>(Statement statement, Func<DbDataReader, T> map, CancellationToken cancellationToken, params Arg[] args);
}
