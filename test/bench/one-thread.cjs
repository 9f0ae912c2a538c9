// Preloaded into what is measured: `replay` then reads in one thread. What V8 does beside it (compiling, collecting garbage) it may do on
// another processor, as what it is compared with may.
require('node:os').availableParallelism = () => 1;
