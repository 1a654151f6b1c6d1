// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/protocol/engine_messages.h"
#include "core/protocol/envelope.h"
#include "core/protocol/hello.h"
#include "core/protocol/line_splitter.h"
#include "core/protocol/run_lock.h"
#include "core/protocol/train_messages.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

using namespace continuo;

namespace {

/// What was understood must survive being written and read again.
template <typename T>
void mustSurvive(const Result<T>& read, Result<T> (*again)(const Json&))
{
    if (!read)
        return;
    const Result<Json> json = parseJson(jsonLine(toJson(*read)));
    if (!json)
        std::abort();
    // Text of samplers and the like is repaired where it is not UTF-8; being read is what is asked for here.
    if (!again(*json))
        std::abort();
}

void readParams(const Request& request)
{
    const Json& params = request.params;
    mustSurvive(helloRequestFromJson(params), helloRequestFromJson);
    mustSurvive(loadRequestFromJson(params), loadRequestFromJson);
    mustSurvive(importRequestFromJson(params), importRequestFromJson);
    mustSurvive(splitRequestFromJson(params), splitRequestFromJson);
    mustSurvive(piecesRequestFromJson(params), piecesRequestFromJson);
    mustSurvive(exportRequestFromJson(params), exportRequestFromJson);
    mustSurvive(generateRequestFromJson(params), generateRequestFromJson);
    mustSurvive(noteMessageFromJson(params), noteMessageFromJson);
    if (isTrainMethod(request.method))
        if (const auto message = trainRequestFromJson(request.method, params))
            if (!trainRequestFromJson(request.method, paramsOf(*message)))
                std::abort();
    (void)runOwnerFromJson(params);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    LineSplitter lines(4096);
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const auto take = [](const LineSplitter::Line& line) {
        (void)trainCommandFromWords(line.text);
        const Message message = parseMessage(line.text);
        if (const auto* request = std::get_if<Request>(&message)) {
            (void)toLine(*request);
            readParams(*request);
        } else if (const auto* response = std::get_if<Response>(&message)) {
            (void)toLine(*response);
        }
    };
    lines.feed(bytes, take);
    lines.finish(take);
    return 0;
}
