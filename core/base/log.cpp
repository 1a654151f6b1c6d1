// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace continuo {
namespace {

spdlog::level::level_enum spdlogLevel(LogLevel level)
{
    switch (level) {
    case LogLevel::Debug:
        return spdlog::level::debug;
    case LogLevel::Info:
        return spdlog::level::info;
    case LogLevel::Warning:
        return spdlog::level::warn;
    case LogLevel::Error:
        return spdlog::level::err;
    }
    return spdlog::level::err;
}

spdlog::logger& logger()
{
    static const std::shared_ptr<spdlog::logger> theLogger = [] {
        auto made = std::make_shared<spdlog::logger>("continuo", std::make_shared<spdlog::sinks::stderr_sink_mt>());
        made->set_pattern("%H:%M:%S %l: %v");
        made->set_level(spdlog::level::warn);
        made->flush_on(spdlog::level::warn);
        return made;
    }();
    return *theLogger;
}

} // namespace

void log(LogLevel level, std::string_view message)
{
    logger().log(spdlogLevel(level), spdlog::string_view_t(message.data(), message.size()));
}

void setLogLevel(LogLevel level)
{
    logger().set_level(spdlogLevel(level));
}

} // namespace continuo
