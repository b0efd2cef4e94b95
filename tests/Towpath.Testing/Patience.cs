using System.Runtime.CompilerServices;

namespace Towpath.Testing;

/// <summary>
/// Waits for what comes by itself, and fails where it does not come. Both a time and a number of looks must have passed: on a machine that stood still, or
/// has much else to do, nobody had the chance yet. No test depends on how long something takes.
/// </summary>
public static class Patience
{
    private const int Looks = 200;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Until a question has another answer than null.</summary>
    /// <param name="ask">The question.</param>
    /// <param name="state">What the failure says of how things stand.</param>
    /// <param name="what">What is waited for.</param>
    /// <exception cref="PatienceException">It has no answer.</exception>
    public static async Task<T> UntilAsync<T>(Func<Task<T?>> ask, Func<Task<string>>? state = null, [CallerArgumentExpression(nameof(ask))] string what = "")
        where T : class
    {
        var began = TimeProvider.System.GetTimestamp();
        for (var looks = 1; ; looks++)
        {
            if (await ask() is { } answer) return answer;
            var waited = TimeProvider.System.GetElapsedTime(began);
            if (waited > Limit && looks >= Looks) throw new PatienceException($"It did not come in {waited.TotalSeconds:0} s: {what}\n{(state is null ? "" : await SafelyAsync(state))}");
            await Task.Delay(Pause, TimeProvider.System);
        }
    }

    /// <summary>Until something is so.</summary>
    public static Task UntilAsync(Func<Task<bool>> isSo, Func<Task<string>>? state = null, [CallerArgumentExpression(nameof(isSo))] string what = "") =>
        UntilAsync(async () => await isSo() ? "so" : null, state, what);

    /// <inheritdoc cref="UntilAsync(Func{Task{bool}}, Func{Task{string}}?, string)"/>
    public static Task UntilAsync(Func<bool> isSo, Func<Task<string>>? state = null, [CallerArgumentExpression(nameof(isSo))] string what = "") =>
        UntilAsync(() => Task.FromResult(isSo()), state, what);

    /// <summary>What is wrong with the state must not hide what was waited for.</summary>
    private static async Task<string> SafelyAsync(Func<Task<string>> state)
    {
        try
        {
            return await state().WaitAsync(TimeSpan.FromSeconds(10), TimeProvider.System);
        }
#pragma warning disable CA1031 // Whatever it is belongs into the message.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return $"How things stand could not be asked: {e.Message}";
        }
    }
}

/// <summary>What was waited for did not come.</summary>
public sealed class PatienceException : Exception
{
    public PatienceException()
    {
    }

    public PatienceException(string message) : base(message)
    {
    }

    public PatienceException(string message, Exception innerException) : base(message, innerException)
    {
    }
}
