using Towpath.Core.Calling;
using Xunit;

namespace Towpath.Core.Tests.Calling;

public sealed class BoundedBodyTests
{
    private const int Most = 100_000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(16_383)]
    [InlineData(16_384)]
    [InlineData(16_385)]
    [InlineData(70_000)]
    [InlineData(Most)]
    public async Task Answer_is_read_whole_whether_or_not_its_length_is_told(int length)
    {
        var sent = new byte[length];
        Random.Shared.NextBytes(sent);

        foreach (var isTold in new[] { true, false }) Assert.Equal(sent, await BoundedBody.ReadAsync(Answer(sent, isTold), Most, Token));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Answer_that_is_too_large_is_refused(bool isTold) =>
        await Assert.ThrowsAsync<BodyTooLargeException>(() => BoundedBody.ReadAsync(Answer(new byte[Most + 1], isTold), Most, Token));

    private static HttpResponseMessage Answer(byte[] body, bool isLengthTold)
    {
        var answer = new HttpResponseMessage { Content = new StreamContent(new InPieces(body)) };
        if (isLengthTold) answer.Content.Headers.ContentLength = body.Length;
        return answer;
    }

    /// <summary>As a network brings it: never all that there is room for, and nobody knows how much there is.</summary>
    private sealed class InPieces(byte[] body) : MemoryStream(body)
    {
        public override bool CanSeek => false;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, 5000)], cancellationToken);
    }
}
