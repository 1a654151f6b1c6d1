// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QMetaObject>
#include <QObject>

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

namespace continuo::ui {

/// Work for one thread of its own, one after the other in the order it was given; what comes of it
/// is handed over on the thread of `home`. A member of `home`: when it goes, work that has not
/// begun is dropped and the one under way is waited for, so long work should look at a CancelToken.
class BackgroundQueue final
{
public:
    explicit BackgroundQueue(QObject* home);
    BackgroundQueue(const BackgroundQueue&) = delete;
    BackgroundQueue& operator=(const BackgroundQueue&) = delete;
    ~BackgroundQueue();

    /// `work()` runs there and gives a value; `done(value)` runs here, later. Both must be
    /// copyable.
    template <typename Work, typename Done>
    void run(Work work, Done done)
    {
        post([home = m_home, work = std::move(work), done = std::move(done)] {
            auto outcome = std::make_shared<decltype(work())>(work());
            QMetaObject::invokeMethod(
                home, [outcome, done] { done(std::move(*outcome)); }, Qt::QueuedConnection);
        });
    }

private:
    void post(std::function<void()> work);
    void loop(const std::stop_token& stop);

    QObject* m_home;
    std::mutex m_mutex{};
    std::condition_variable_any m_filled{};
    std::deque<std::function<void()>> m_works{};
    std::jthread m_thread;
};

} // namespace continuo::ui
